-- What people did with a cliente's own replies moves its confidence, in log odds; fitted daily.
ALTER TABLE conhecimentos ADD COLUMN ajuste_confianca real NOT NULL DEFAULT 0 CHECK (ajuste_confianca BETWEEN -2 AND 0.5);
