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
        pedido = "Pedido {id}", "Request {id}";
        falha_titulo = "Não deu para carregar", "This could not be loaded";
        carregando = "Carregando", "Loading";
        falhou = "Não deu certo", "That did not work";
        reconectando = "Reconectando… As novidades chegam assim que a conexão voltar.", "Reconnecting… News arrives as soon as the connection is back.";
        sem_internet = "Sem internet. O que você já vê continua aqui; o que fizer agora não é enviado.", "No internet. What you see stays here; what you do now is not sent.";
        travou = "Esta página parou. O que já foi salvo não se perde.", "This page has stopped. What was saved is not lost.";
        recarregar = "Recarregar", "Reload";
        n_de_m = "{n} de {m}", "{n} of {m}";
        passo_feito = "feito", "done";
        linhas_de = "{de} a {ate} de {total}", "{de} to {ate} of {total}";
        paginas = "Páginas", "Pages";
        pagina_n = "Página {n}", "Page {n}";
        pagina_anterior = "Página anterior", "Previous page";
        pagina_seguinte = "Próxima página", "Next page";
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
        nao_encontrada_links = "Páginas que existem", "Pages that exist";
        nao_encontrada_painel = "Painel", "Dashboard";
        nao_encontrada_conversas = "Conversas", "Conversations";
        nao_encontrada_faq = "Perguntas frequentes", "Frequently asked questions";
        idioma = "Idioma", "Language";
        privacidade = "Privacidade", "Privacy";
        termos = "Termos", "Terms";
        voltar_inicio = "Ir para a página inicial", "Go to the home page";
    }
}
