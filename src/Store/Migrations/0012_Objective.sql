-- Words alone: whoever is selected is the best by the sweep's objective, and of programs what they said of the test part is opened.
COMMENT ON COLUMN public.sweeps.selected IS 'Configuration (trials.ordinal) that was looked at on the test part: the best by validation loss, or by the objective, when no trial was open; null before, and without a test part';
COMMENT ON COLUMN public.sweeps.selected_at IS 'When that was done; it is done once';
COMMENT ON COLUMN public.trials.test_loss IS 'Mean loss on the test part; of the selected configuration''s trials alone, null for all others; of a program what it reported as test';
COMMENT ON COLUMN public.trials.tested_at IS 'When the test part was looked at; null where it was not';
COMMENT ON VIEW public.fits IS 'One row per finished trial, row of its data and output: what the trained model predicts there; rows of the test part of tested trials alone, also where a program predicted them';
