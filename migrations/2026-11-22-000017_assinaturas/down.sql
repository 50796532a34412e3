REVOKE SELECT ON planos FROM proseia_tenant;
DROP TABLE eventos_stripe, faturas, assinaturas, checkouts;
ALTER TABLE clientes DROP COLUMN stripe_customer_id, DROP COLUMN documento, DROP COLUMN plano_codigo,
  DROP COLUMN inadimplente_desde, DROP COLUMN cancelado_em;
ALTER TABLE planos DROP COLUMN produto_stripe, DROP COLUMN preco_mensal_stripe, DROP COLUMN preco_anual_stripe;
