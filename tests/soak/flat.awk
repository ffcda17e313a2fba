# Reads samples.csv: the mean of each third, and whether the last is above the second by more than 10 % and 8 MB (connections: 2).
NR > 1 {
    third = int(($1 * 3) / (minutes * 60)); if (third > 2) third = 2
    n[third]++
    for (column = 2; column <= 5; column++) { sum[column, third] += $column; if ($column > most[column]) most[column] = $column }
}
END {
    split("seconds,silo that is never killed (MiB),silo killed again and again (MiB),web service (MiB),connections", title, ",")
    print "| | first third | second | last | most |"
    print "|---|---:|---:|---:|---:|"
    for (column = 2; column <= 5; column++) {
        scale = column < 5 ? 1024 : 1
        for (third = 0; third < 3; third++) mean[third] = n[third] ? sum[column, third] / n[third] / scale : 0
        printf "| %s | %.1f | %.1f | %.1f | %.1f |\n", title[column], mean[0], mean[1], mean[2], most[column] / scale
        # The victim lives seconds at a time: its memory is only shown.
        if (column != 3 && mean[2] > mean[1] * 1.1 && mean[2] > mean[1] + (column < 5 ? 8 : 2)) grown = grown " " title[column]
    }
    if (grown) { print "grown:" grown; exit 1 }
}
