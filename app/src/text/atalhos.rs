//! Keyboard, command palette, and the calls for a person.

super::areas_de_texto! {
    /// Keyboard, command palette, and the calls for a person.
    Atalhos {
        buscar = "Buscar conversa ou página", "Search conversation or page";
        paleta = "Ir para", "Go to";
        paleta_campo = "Nome, número ou página", "Name, number or page";
        pagina = "Página", "Page";
        nada = "Nada com esse nome. Procure por nome, número ou palavra da conversa.", "Nothing by that name. Search by name, number or a word of the conversation.";
        dica_mover = "escolhe", "choose";
        dica_abrir = "abre", "open";
        dica_fechar = "fecha", "close";
        ajuda_titulo = "Atalhos do teclado", "Keyboard shortcuts";
        em_toda_parte = "Em todo o painel", "Everywhere";
        nas_conversas = "Em Conversas", "In Conversations";
        tecla_paleta = "Buscar conversa ou página", "Search conversation or page";
        tecla_conversas = "Conversas", "Conversations";
        tecla_inicio = "Início", "Start";
        tecla_conhecimento = "Meu Conhecimento", "My Knowledge";
        tecla_ajuda = "Esta lista", "This list";
        tecla_proxima = "Próxima conversa", "Next conversation";
        tecla_anterior = "Conversa anterior", "Previous conversation";
        tecla_abrir = "Abrir", "Open";
        tecla_responder = "Responder", "Reply";
        tecla_nota = "Nota interna", "Private note";
        tecla_resolver = "Resolver ou reabrir", "Resolve or reopen";
        tecla_assumir = "Assumir", "Take over";
        tecla_devolver = "Devolver à IA", "Give back to the AI";
        tecla_nao_lida = "Marcar como não lida", "Mark as unread";
        tecla_buscar = "Buscar nas conversas", "Search conversations";
        ligar = "Usar atalhos de uma tecla", "Use single-key shortcuts";
        ligar_ajuda = "Ctrl+K funciona sempre.", "Ctrl+K always works.";
        chamado = "Quando alguém espera por você", "When somebody waits for you";
        chamado_nota = "Avisar na tela do computador", "Notify on the desktop";
        chamado_som = "Tocar um som", "Play a sound";
        chamado_no_titulo = "Mostrar o número na aba", "Show the number in the tab";
        chamado_ajuda = "Vale neste navegador, com o painel aberto.", "For this browser, while the panel is open.";
        chamado_recusado = "O navegador não deixou. Libere as notificações deste site no cadeado ao lado do endereço.", "The browser refused. Allow notifications for this site at the lock beside the address.";
        chamado_titulo = "{nome} espera por você", "{nome} is waiting for you";
    }
}
