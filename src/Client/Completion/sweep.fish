# Completion of `sweep` in fish: sweep completion fish | source, for example in ~/.config/fish/config.fish
function __sweep_complete
    set -l line (commandline -cp)
    set -l command (commandline -opc)[1]
    $command "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null | string match -v -r '^(-\?|-h|/\?|/h)$'
end
# Files are offered as well: sweep files are arguments.
complete -c sweep -a '(__sweep_complete)'
