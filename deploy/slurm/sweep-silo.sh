#!/bin/bash
# Silos as an array of jobs: sbatch deploy/slurm/sweep-silo.sh            (8 of them, 16 cores each, for four hours)
#                            sbatch --array=1-64%32 --cpus-per-task=32 deploy/slurm/sweep-silo.sh
# Submit the array before or after `sweep launch`; a silo that has had no work for ten minutes (SWEEP_IDLE, in seconds) ends, and gives
# its cores back.
#SBATCH --job-name=sweep-silo
#SBATCH --array=1-8
#SBATCH --cpus-per-task=16
#SBATCH --mem-per-cpu=256M
#SBATCH --time=04:00:00
#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --output=sweep-silo-%A_%a.log
# 30 s before the end (Slurm may round up to 90 s) the silo is told to stop: it gives its trials back within 5 s, and the next job goes
# on with them. scancel and a requeue tell it too.
#SBATCH --signal=B:TERM@30
set -euo pipefail

# The address with its password is in a file that only you can read; it is on no command line and in no job's record.
export SWEEP_STORE_FILE=${SWEEP_STORE_FILE:-$HOME/.config/sweep/store}
if [ ! -r "$SWEEP_STORE_FILE" ]; then
    echo "sweep-silo: no file $SWEEP_STORE_FILE: write the store's address into it (chmod 600), or name another in SWEEP_STORE_FILE" >&2
    exit 2
fi
# exec: Slurm's signals reach the silo itself.
exec "${SWEEP:-sweep}" silo --slots "${SLURM_CPUS_PER_TASK:-1}" --idle "${SWEEP_IDLE:-600}" --log-format json
