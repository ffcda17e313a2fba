# Completion of `sweep` in bash: eval "$(sweep completion bash)", for example in ~/.bashrc
_sweep_complete() {
    local IFS=$'\n' word=${COMP_WORDS[COMP_CWORD]} suggestion
    COMPREPLY=()
    for suggestion in $("${COMP_WORDS[0]}" "[suggest:$COMP_POINT]" "$COMP_LINE" 2>/dev/null); do
        # Options only once somebody types a dash.
        case $suggestion in -\? | -h | /\? | /h) continue ;; -*) [[ $word == -* ]] || continue ;; esac
        [[ $suggestion != "$word"* ]] || COMPREPLY+=("$suggestion")
    done
}
# Where sweep knows nothing, files are meant.
complete -o default -F _sweep_complete sweep ./sweep
