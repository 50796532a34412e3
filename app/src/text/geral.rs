//! Words of every page.

super::areas_de_texto! {
    /// Words of every page.
    Geral {
        marca = "Proseia", "Proseia";
        pular = "Ir para o conteúdo", "Skip to content";
        pagina_inicial = "Proseia, página inicial", "Proseia, home page";
        fechar = "Fechar", "Close";
        desfazer = "Desfazer", "Undo";
        cancelar = "Cancelar", "Cancel";
        tentar = "Tentar de novo", "Try again";
        codigo = "Código: {codigo}", "Code: {codigo}";
        pedido = "Pedido {id}", "Request {id}";
        falha_titulo = "Não deu para carregar", "This could not be loaded";
        carregando = "Carregando", "Loading";
        falhou = "Não deu certo", "That did not work";
        reconectando = "Reconectando… As novidades chegam assim que a conexão voltar.", "Reconnecting… News arrives as soon as the connection is back.";
        reconectado = "Conexão de volta", "Connected again";
        tema_auto = "Tema: automático. Trocar para claro", "Theme: automatic. Change to light";
        tema_claro = "Tema: claro. Trocar para escuro", "Theme: light. Change to dark";
        tema_escuro = "Tema: escuro. Trocar para automático", "Theme: dark. Change to automatic";
        agora = "agora", "now";
        ontem = "ontem", "yesterday";
        hoje_titulo = "Hoje", "Today";
        ontem_titulo = "Ontem", "Yesterday";
        hoje_as = "hoje às {hora}", "today at {hora}";
        ontem_as = "ontem às {hora}", "yesterday at {hora}";
        em_data_as = "em {data} às {hora}", "on {data} at {hora}";
        nao_encontrada_titulo = "Esta página não existe", "This page does not exist";
        nao_encontrada = "O endereço pode ter mudado ou estar incompleto.", "The address may have changed or be incomplete.";
        voltar_inicio = "Ir para o início", "Go to the start page";
        home_titulo = "Seu WhatsApp responde com o que sua empresa sabe", "Your WhatsApp answers with what your business knows";
        home_texto = "Você escreve horários, preços e regras uma vez. A IA responde seus clientes só com isso, e chama uma pessoa quando não tem certeza.", "You write opening hours, prices and rules once. The AI answers your customers with nothing else, and calls a person when it is not sure.";
        home_1_titulo = "Escreva o que sabe", "Write what you know";
        home_1 = "Um texto comum, até 50.000 caracteres. Sem fluxos para montar.", "Plain text, up to 50,000 characters. No flows to build.";
        home_2_titulo = "Conecte o número", "Connect the number";
        home_2 = "Leia um código QR com o celular da loja, como no WhatsApp Web.", "Scan a QR code with the shop's phone, as for WhatsApp Web.";
        home_3_titulo = "Assuma quando quiser", "Take over when you like";
        home_3 = "O que a IA não sabe chega até você com a conversa inteira.", "What the AI does not know reaches you with the whole conversation.";
    }
}
