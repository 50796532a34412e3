//! Conversas.

super::areas_de_texto! {
    /// Conversas.
    Conversas {
        titulo = "Conversas", "Conversations";
        lista = "Lista de conversas", "List of conversations";
        filtrar = "Filtrar por estado", "Filter by state";
        todas = "Todas", "All";
        aguardando = "Aguardando", "Waiting";
        ia = "IA", "AI";
        humano = "Com você", "With you";
        vazia_titulo = "Nenhuma conversa ainda", "No conversations yet";
        vazia = "Conecte o WhatsApp da loja e as mensagens aparecem aqui.", "Connect the shop's WhatsApp and messages appear here.";
        vazia_acao = "Conectar WhatsApp", "Connect WhatsApp";
        filtro_titulo = "Nada neste filtro", "Nothing in this filter";
        filtro_aguardando = "Ninguém espera por uma pessoa agora.", "Nobody is waiting for a person now.";
        filtro_ia = "Nenhuma conversa está com a IA agora.", "No conversation is with the AI now.";
        filtro_humano = "Nenhuma conversa está com você agora.", "No conversation is with you now.";
        ver_todas = "Ver todas", "See all";
        carregar_mais = "Carregar mais", "Load more";
        carregar_antigas = "Carregar mensagens anteriores", "Load earlier messages";
        inicio_conversa = "Início da conversa", "Start of the conversation";
        escolha_titulo = "Escolha uma conversa", "Choose a conversation";
        escolha = "As que esperam por uma pessoa ficam no topo.", "Those who wait for a person are at the top.";
        recuperada = "Recebida durante uma queda", "Received during an outage";
        voltar = "Voltar para conversas", "Back to conversations";
        aguardando_pessoa = "aguardando pessoa", "waiting for a person";
        nao_lidas = "não lidas", "unread";
        ia_ativa = "IA ativa", "AI active";
        com_voce = "com você", "with you";
        voce = "Você", "You";
        pre_ia = "IA: ", "AI: ";
        pre_voce = "Você: ", "You: ";
        mensagens_com = "Mensagens com {nome}", "Messages with {nome}";
        conversa_com = "Conversa com {nome}", "Conversation with {nome}";
        numero_oculto = "Número oculto pelo WhatsApp", "Number hidden by WhatsApp";
        ia_respondendo = "A IA está respondendo", "The AI is answering";
        ia_respondendo_texto = "Escrever aqui pausa a IA nesta conversa.", "Writing here pauses the AI in this conversation.";
        assumir = "Assumir conversa", "Take over";
        espera_ha = "{nome} espera há {tempo}", "{nome} has waited {tempo}";
        espera_agora = "{nome} espera por você", "{nome} is waiting for you";
        ia_parou = "A IA parou nesta conversa.", "The AI has stopped in this conversation.";
        devolver = "Devolver à IA", "Give back to the AI";
        voce_atende = "Você está atendendo", "You are answering";
        voce_atende_texto = "A IA fica em silêncio até você devolver.", "The AI stays silent until you give it back.";
        assumida_toast = "Conversa com você", "The conversation is yours";
        devolvida_toast = "A IA voltou a responder", "The AI answers again";
        responder_a = "Responder a {nome}", "Reply to {nome}";
        mensagem = "Mensagem", "Message";
        enviar = "Enviar", "Send";
        dica_enter = "envia", "sends";
        dica_shift = "nova linha", "new line";
        rotulo_ia = "IA", "AI";
        por_que = "por quê?", "why?";
        por_que_titulo = "Por que esta resposta", "Why this answer";
        confianca_n = "Confiança {n}", "Confidence {n}";
        confianca = "Confiança", "Confidence";
        escala_meio = "abaixo de 0,5 chama uma pessoa", "below 0.5 calls a person";
        fontes = "Trechos usados", "Pieces used";
        sem_fontes = "Nenhum trecho foi usado.", "No pieces were used.";
        corrigir = "Corrigir no conhecimento", "Correct it in the knowledge";
        st_enviando = "enviando", "sending";
        st_enviada = "enviada", "sent";
        st_entregue = "entregue", "delivered";
        st_lida = "lida", "read";
        st_falhou = "não enviada", "not sent";
        nao_enviada = "Não foi enviada.", "It was not sent.";
        chamou_pessoa = "A IA parou e chamou uma pessoa.", "The AI stopped and called a person.";
        novas = "Novas mensagens", "New messages";
        sem_mensagens = "Ainda não há mensagens nesta conversa.", "There are no messages in this conversation yet.";
        nao_existe_titulo = "Conversa não encontrada", "Conversation not found";
        nao_existe = "Ela pode ter sido apagada depois de 30 dias.", "It may have been deleted after 30 days.";
        apagar = "Descartar", "Discard";
    }
}
