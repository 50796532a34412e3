//! The assinatura: its page, and what is said of it everywhere else.

super::areas_de_texto! {
    /// The assinatura.
    Assinatura {
        titulo = "Assinatura", "Subscription";
        sub = "Seu plano, o que ele inclui e o que já foi cobrado.", "Your plan, what it includes and what was charged.";
        ativa = "Assinatura ativa", "Subscription active";
        ativa_texto = "A próxima cobrança é de {valor}, {quando}.", "The next charge is {valor}, {quando}.";
        ativa_sem_data = "Está tudo pago.", "Everything is paid.";
        teste = "Período de teste", "Trial";
        teste_texto = "O teste vai até {quando}. A primeira cobrança, de {valor}, vem nesse dia.", "The trial lasts until {quando}. The first charge, {valor}, comes on that day.";
        termina = "Sua assinatura termina {quando}", "Your subscription ends {quando}";
        termina_texto = "Até lá tudo funciona, e nada mais é cobrado. Mudou de ideia? Desfaça o cancelamento antes dessa data.", "Everything works until then, and nothing more is charged. Changed your mind? Undo the cancellation before that date.";
        desfazer = "Desfazer o cancelamento", "Undo the cancellation";
        atrasada = "O pagamento está em atraso", "The payment is overdue";
        atrasada_texto = "A última cobrança não passou. O assistente responde até {quando}; sem pagamento, depois disso ele para.", "The last charge did not go through. The assistant answers until {quando}; unpaid, it stops after that.";
        atrasada_sem_data = "A última cobrança não passou. Pague para o assistente não parar.", "The last charge did not go through. Pay so that the assistant does not stop.";
        pagar = "Pagar agora", "Pay now";
        trocar_cartao = "Trocar o cartão", "Change the card";
        suspensa = "Assinatura suspensa", "Subscription suspended";
        suspensa_texto = "O assistente não responde e o painel está só para leitura. Pague e tudo volta na hora.", "The assistant does not answer and the panel is read-only. Pay and everything is back at once.";
        reativar = "Pagar e reativar", "Pay and reactivate";
        reativar_valor = "Pagar {valor} e reativar", "Pay {valor} and reactivate";
        pagar_valor = "Pagar {valor}", "Pay {valor}";
        cancelada = "Assinatura cancelada", "Subscription cancelled";
        cancelada_texto = "O assistente não responde e o painel está só para leitura. Baixe seus dados ou assine de novo.", "The assistant does not answer and the panel is read-only. Download your data or subscribe again.";
        apaga = "Seus dados são apagados {quando}.", "Your data is erased {quando}.";
        apaga_sem_pagar = "Sem pagamento, seus dados são apagados {quando}.", "Without a payment your data is erased {quando}.";
        assinar = "Assinar de novo", "Subscribe again";
        exportar = "Baixar meus dados", "Download my data";
        pendente = "Pagamento pendente", "Payment pending";
        pendente_texto = "O pagamento ainda está sendo confirmado. Quando for, o assistente começa a responder.", "The payment is still being confirmed. When it is, the assistant starts answering.";
        nenhuma = "Esta conta não tem assinatura", "This account has no subscription";
        nenhuma_texto = "Ela foi aberta pela nossa equipe, e nada é cobrado por ela.", "It was opened by our team, and nothing is charged for it.";
        boleto = "Boleto a pagar, {valor}", "Boleto to pay, {valor}";
        boleto_texto = "Sua assinatura é ativada assim que o banco confirmar o pagamento, em geral no próximo dia útil.", "Your subscription becomes active as soon as the bank confirms the payment, usually on the next working day.";
        boleto_ver = "Ver o boleto", "See the boleto";
        atualizada = "Sua assinatura foi atualizada", "Your subscription was updated";
        ver_planos = "Ver planos", "See plans";
        em_dia = "em {dia}", "on {dia}";

        plano = "Plano {plano}", "Plan {plano}";
        por_mes = "{preco} por mês", "{preco} a month";
        por_ano = "{preco} por ano", "{preco} a year";
        consumo = "Uso deste mês", "Use this month";
        respostas = "Respostas automáticas", "Automatic replies";
        conhecimento = "Conhecimento", "Knowledge";
        caracteres = "{n} de {m} caracteres", "{n} of {m} characters";
        numeros = "Números de WhatsApp", "WhatsApp numbers";
        ia = "Uso de IA", "AI usage";
        renova = "A contagem recomeça no dia 1º de cada mês.", "The count begins anew on the 1st of each month.";
        trocar_plano = "Trocar de plano", "Change the plan";

        faturas = "Faturas", "Invoices";
        faturas_vazio = "Nenhuma fatura ainda", "No invoice yet";
        faturas_vazio_texto = "A primeira aparece aqui assim que for emitida.", "The first appears here as soon as it is made.";
        fatura_sem_numero = "Fatura", "Invoice";
        fatura_paga = "Paga", "Paid";
        fatura_aberta = "A pagar", "To pay";
        fatura_cancelada = "Anulada", "Void";
        fatura_perdida = "Não paga", "Unpaid";
        fatura_devolvida = "Devolvida", "Refunded";
        devolvido = "{valor} devolvidos", "{valor} refunded";
        baixar_pdf = "PDF da fatura {numero}", "PDF of invoice {numero}";
        pagar_fatura = "Pagar a fatura {numero}", "Pay invoice {numero}";
        pdf = "PDF", "PDF";
        mais = "Ver mais antigas", "See older ones";

        pagamento = "Pagamento e cancelamento", "Payment and cancellation";
        pagamento_texto = "Cartão, dados da nota, troca de plano e cancelamento ficam no portal seguro do Stripe. Ele abre aqui e traz você de volta.", "Card, invoice details, change of plan and cancellation are in Stripe's secure portal. It opens here and brings you back.";
        portal = "Abrir o portal", "Open the portal";
        cancelar = "Cancelar assinatura", "Cancel the subscription";
        cancelar_texto = "Sem multa. O acesso vale até o fim do período pago.", "Without a penalty. Access lasts until the end of the paid period.";
        portal_falhou = "O portal de pagamento não abriu. Tente de novo em instantes.", "The payment portal did not open. Try again in a moment.";

        faixa_atraso = "Pagamento em atraso", "Payment overdue";
        faixa_atraso_hoje = "O assistente para de responder hoje se o pagamento não for feito.", "The assistant stops answering today unless the payment is made.";
        faixa_atraso_um = "Falta 1 dia para o assistente parar de responder.", "1 day until the assistant stops answering.";
        faixa_atraso_dias = "Faltam {n} dias para o assistente parar de responder.", "{n} days until the assistant stops answering.";
        faixa_suspensa = "Assinatura suspensa: o assistente não responde", "Subscription suspended: the assistant does not answer";
        faixa_cancelada = "Assinatura cancelada: o assistente não responde", "Subscription cancelled: the assistant does not answer";
        faixa_leitura = "O painel está só para leitura. Nada foi apagado.", "The panel is read-only. Nothing was erased.";
        faixa_teste = "Período de teste", "Trial";
        faixa_teste_hoje = "O teste termina hoje.", "The trial ends today.";
        faixa_teste_um = "Falta 1 dia de teste.", "1 day of the trial left.";
        faixa_teste_dias = "Faltam {n} dias de teste.", "{n} days of the trial left.";
        faixa_termina = "Sua assinatura termina {quando}. Até lá tudo funciona.", "Your subscription ends {quando}. Everything works until then.";
        ver = "Ver assinatura", "See subscription";
        leitura_titulo = "Painel só para leitura", "The panel is read-only";
        leitura_texto = "Com a assinatura parada, ninguém responde por aqui. Regularize para voltar a escrever.", "While the subscription is stopped nobody answers from here. Pay to write again.";
    }
}
