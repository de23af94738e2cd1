#compdef ticket git-ticket
# Completion of ticket for zsh. It is the same for every version and every desk: what may come next is asked of ticket.
_ticket() {
    local offer word ret=1
    local -a whole open
    for offer in "${(@f)$(command ticket __complete zsh "${(j: :)words[1,CURRENT-1]} $PREFIX" 2>/dev/null)}"; do
        word=${offer%%$'\t'*}
        if [[ -z $offer ]]; then
            continue
        elif [[ -z $word ]]; then
            _files && ret=0
        elif [[ $word == *[:=.,/] ]]; then
            open+=("${word//:/\\:}:${offer#*$'\t'}")
        else
            whole+=("${word//:/\\:}:${offer#*$'\t'}")
        fi
    done
    (( $#whole )) && _describe word whole -U && ret=0
    (( $#open )) && _describe word open -U -S '' && ret=0
    return ret
}
_git-ticket() { _ticket }
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
    _ticket "$@"
else
    compdef _ticket ticket git-ticket
fi
