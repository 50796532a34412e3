ALTER TABLE instancias_whatsapp
  DROP CONSTRAINT instancias_whatsapp_causa_check,
  DROP COLUMN codigo_pareamento;
ALTER TABLE instancias_whatsapp RENAME COLUMN causa TO motivo;
