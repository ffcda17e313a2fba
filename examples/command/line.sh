#!/bin/sh
# Fits y = 2x + 1 by gradient descent. Reports are lines of JSON; all else that it prints is the trial's log.
rate=$1 epochs=$2
state=$SWEEP_CHECKPOINT/line
if [ -e "$state" ]; then read -r epoch slope offset < "$state"; else epoch=0 slope=0 offset=0; fi
echo "begins after epoch $epoch"

while [ "$epoch" -lt "$epochs" ]; do
    epoch=$((epoch + 1))
    set -- $(awk -v rate="$rate" -v slope="$slope" -v offset="$offset" 'BEGIN {
        for (i = 0; i < 100; i++) {
            x = i / 50 - 1
            error = slope * x + offset - (2 * x + 1)
            if (i % 4) { training += error * error / 75; down_slope += error * x / 75; down_offset += error / 75 } else validation += error * error / 25
        }
        printf "%.17g %.17g %.17g %.17g\n", slope - rate * down_slope, offset - rate * down_offset, training, validation
    }')
    slope=$1 offset=$2
    echo "{\"epoch\": $epoch, \"training\": $3, \"validation\": $4, \"slope_error\": $(awk -v slope="$slope" 'BEGIN { error = slope - 2; print error < 0 ? -error : error }')}"
    # First the report, then the checkpoint; beside and renamed, so that it is never half a file.
    echo "$epoch $slope $offset" > "$state.new" && mv "$state.new" "$state"
done
