-- Why a connection ended is a state, which pages and e-mails put into their own words; and WhatsApp's other way to connect
-- is a code for the number.
ALTER TABLE instancias_whatsapp RENAME COLUMN motivo TO causa;
UPDATE instancias_whatsapp SET causa = CASE
  WHEN causa IS NULL THEN NULL
  WHEN causa LIKE '%removida no celular%' THEN 'REMOVIDA_NO_CELULAR'
  WHEN causa LIKE '%bloqueou este%' THEN 'NUMERO_BLOQUEADO'
  WHEN causa LIKE 'O QR Code%' THEN 'CODIGO_NAO_LIDO'
  WHEN causa LIKE 'O servidor%' THEN 'SERVIDOR_FORA'
  ELSE 'ENCERRADA' END;
ALTER TABLE instancias_whatsapp
  ADD COLUMN codigo_pareamento text,
  ADD CONSTRAINT instancias_whatsapp_causa_check CHECK (
    causa IN ('CODIGO_NAO_LIDO', 'REMOVIDA_NO_CELULAR', 'NUMERO_BLOQUEADO', 'SERVIDOR_FORA', 'ENCERRADA'));
