DROP TABLE prontidoes, primeiros_passos, metricas_horarias;
