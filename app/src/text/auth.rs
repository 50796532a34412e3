//! Login and profile.

super::areas_de_texto! {
    /// Login and profile.
    Auth {
        titulo = "Entrar na sua conta", "Sign in to your account";
        sub = "Use o e-mail e a senha que enviamos depois da assinatura.", "Use the e-mail and password we sent after you subscribed.";
        sem_conta = "Ainda não tem conta?", "No account yet?";
        esqueci = "Esqueci minha senha", "I forgot my password";
        ver_planos = "Ver planos", "See plans";
        titulo_admin = "Entrar como administrador", "Sign in as an administrator";
        sub_admin = "Área de quem opera o Proseia. Clientes entram por outra página.", "For those who run Proseia. Clients sign in on another page.";
        sou_cliente = "Sou cliente", "I am a client";
        entrar = "Entrar", "Sign in";
        email = "E-mail", "E-mail";
        senha = "Senha", "Password";
        mostrar = "Mostrar senha", "Show password";
        sem_senha = "Informe a senha.", "Enter the password.";
        de_volta = "Sua sessão terminou. Entre de novo para voltar a esta página.", "Your session has ended. Sign in again to come back to this page.";
        lateral = "Exemplo de conversa", "Example conversation";
        lema = "A IA responde o que a loja já sabe. O resto chega até você com a conversa inteira.", "The AI answers what the shop already knows. The rest reaches you with the whole conversation.";
        ex_1 = "Vocês abrem no feriado?", "Are you open on the holiday?";
        ex_2 = "Abrimos sim, das 9h às 13h. Quer deixar algo separado?", "Yes, from 9 to 1. Shall we put something aside?";
        ex_3 = "Quero trocar o buquê do pedido de ontem", "I want to change the bouquet I ordered yesterday";
        ex_4 = "A IA chamou uma pessoa da equipe", "The AI called somebody from the team";
        ex_5 = "Oi, Carla. Já vi seu pedido aqui, qual você prefere?", "Hi Carla. I have your order here, which one do you prefer?";
        ex_ia = "IA", "AI";
        ex_pessoa = "Ana", "Ana";
        dados = "Seus dados", "Your data";
        nome = "Nome", "Name";
        telefone = "Telefone", "Phone";
        assinatura = "Assinatura", "Subscription";
        status_ativo = "Ativa", "Active";
        status_pendente = "Pendente de pagamento", "Payment pending";
        status_inadimplente = "Pagamento em atraso", "Payment overdue";
        status_suspenso = "Suspensa", "Suspended";
        status_cancelado = "Cancelada", "Cancelled";
        trocar = "Trocar senha", "Change password";
        senha_atual = "Senha atual", "Current password";
        senha_atual_errada = "A senha atual não confere.", "The current password is wrong.";
        senha_nova = "Nova senha", "New password";
        senha_nova_ajuda = "Pelo menos 8 caracteres. Uma frase funciona bem.", "At least 8 characters. A phrase works well.";
        senha_repetir = "Repita a nova senha", "Repeat the new password";
        senha_diferente = "As duas senhas não são iguais.", "The two passwords differ.";
        trocada = "Senha trocada", "Password changed";
    }
}
