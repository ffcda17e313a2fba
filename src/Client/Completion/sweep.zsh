# Completion of `sweep` in zsh: eval "$(sweep completion zsh)", for example in ~/.zshrc after compinit
_sweep_complete() {
    local -a suggestions
    suggestions=(${(f)"$(${words[1]} "[suggest:$CURSOR]" "$BUFFER" 2>/dev/null)"})
    suggestions=(${suggestions:#(-\?|-h|/\?|/h)})
    if (( $#suggestions )); then compadd -- $suggestions; fi
    # Where sweep knows nothing, files are meant.
    [[ $words[CURRENT] == -* ]] || _files
}
compdef _sweep_complete sweep ./sweep
