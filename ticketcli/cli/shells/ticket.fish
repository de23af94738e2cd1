# Completion of ticket for fish. It is the same for every version and every desk: what may come next is asked of ticket.
function __ticket_complete
    for offer in (command ticket __complete fish (commandline -cp | string collect) 2>/dev/null)
        if test "$offer" = \tfiles
            __fish_complete_path (commandline -ct)
        else
            printf '%s\n' $offer
        end
    end
end
complete -c ticket -f -a '(__ticket_complete)'
complete -c git-ticket -f -a '(__ticket_complete)'
