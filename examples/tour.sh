#!/bin/sh
# A tour of the main job on the example desk, in a fresh directory: nothing of yours is touched.
# It needs ticket, git and a POSIX shell.
set -eu

directory=$(mktemp -d "${TMPDIR:-/tmp}/ticket-tour.XXXXXX")

say() { printf '\n# %s\n' "$*"; }

# Prints a command, with what a shell needs quoted, and runs it.
run() {
    printf '\n$'
    for word in "$@"; do
        case $word in
            *[!A-Za-z0-9_./,:@=+-]*) printf " '%s'" "$word" ;;
            *) printf ' %s' "$word" ;;
        esac
    done
    printf '\n'
    "$@"
}

# The code of the first ticket that a filter finds.
code() { ticket list --columns code "$@" | sed -n 1p; }

say "A desk with tickets of the last days. Here you are Ana, one of its agents."
cd "$directory"
run ticket demo desk
run cd desk
run export TICKET_AGENT=ana
run ticket

say "A customer asks: the ticket is new."
run ticket create "Cable missing" --from "Eva Kraus <eva@example.com>" --channel email \
    -m "The parcel came without the cable."
new=$(code customer:eva@example.com)

say "An agent replies: answered, and hers."
run ticket reply "$new" -m "We are sorry! The cable leaves today."

say "The customer writes again, and asks a second thing: open."
run ticket reply "$new" --from customer -m "Not here yet. Also, please change my phone number to 555 0199."

say "What needs an answer, most urgent first, and why."
run ticket to-solve --format table

say "One mail asked two things: the second one becomes a ticket of its own."
run ticket split "$new/3" --subject "New phone number" --part "Also, please change my phone number to 555 0199." \
    -d billing

say "Two tickets are about one thing: merge them. No message is moved or copied, and both codes work."
run ticket create "Where is my cable?" --from eva@example.com -m "Still nothing."
second=$(code "subject:Where is my cable")
run ticket merge "$second" --into "$new"

say "The whole thread."
run ticket show "$new"

say "Answer and resolve at once."
run ticket reply "$new" -s resolved -m "It was delivered this morning; your neighbour took it in."

say "How long it takes, from the events themselves."
run ticket report --by department --format table

say "That was the tour. The desk is in $directory/desk and may be deleted:"
printf '\n    cd %s/desk && ticket\n    rm -rf %s\n\n' "$directory" "$directory"
