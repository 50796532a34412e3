-- Whoever asks the assistant to stop is left alone by it; people may still write.
ALTER TABLE contatos ADD COLUMN parou_em timestamptz;
