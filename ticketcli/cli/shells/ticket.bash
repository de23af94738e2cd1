# Completion of ticket for bash. It is the same for every version and every desk: what may come next is asked of ticket.
# COMP_LINE, because bash breaks its words at the : and = that filter words and set words have.
_ticket() {
    local offer
    COMPREPLY=()
    while IFS= read -r offer; do
        case $offer in
            $'\tfiles') compopt -o default ;;
            *) COMPREPLY+=("$offer") ;;
        esac
    done < <(command ticket __complete bash "${COMP_LINE:0:COMP_POINT}" "$COMP_WORDBREAKS" 2>/dev/null)
    case ${COMPREPLY-} in
        *[:=.,/]) compopt -o nospace ;;
        *) compopt +o nospace ;; # which git's completion sets for all that it asks
    esac
    return 0
}
_git_ticket() { _ticket; }
complete -F _ticket ticket git-ticket
