// What must work when the WASM does not: says that there is no network, and when the page has crashed or could not be
// loaded offers to reload it and reports that once. Its words come from the attributes of its own element.
(() => {
  const t = document.currentScript.dataset, html = document.documentElement;
  let offline, crashed;

  // Beside the body, which belongs to the hydration.
  const show = (text, role, action) => {
    const bar = document.createElement('div');
    bar.className = 'page-bar';
    bar.setAttribute('role', role);
    bar.append(Object.assign(document.createElement('span'), { textContent: text }));
    if (action) {
      const button = Object.assign(document.createElement('button'), { type: 'button', className: 'btn btn-primary btn-sm', textContent: action });
      button.addEventListener('click', () => location.reload());
      bar.append(button);
    }
    html.append(bar);
    return bar;
  };

  const network = () => {
    html.toggleAttribute('data-offline', !navigator.onLine);
    if (navigator.onLine) { offline?.remove(); offline = null; } else offline ??= show(t.semInternet, 'status');
  };
  addEventListener('online', network);
  addEventListener('offline', network);
  if (!navigator.onLine) network();

  // Called by the panic hook of the WASM, and below.
  window.proseiaCaiu = (message) => {
    if (crashed) return;
    crashed = show(t.travou, 'alert', t.recarregar);
    html.setAttribute('data-caiu', '');
    const body = JSON.stringify({ mensagem: String(message).slice(0, 2000), rota: location.pathname, versao: t.versao });
    fetch('/api/v1/relatos', { method: 'POST', headers: { 'content-type': 'application/json' }, body, keepalive: true }).catch(() => {});
  };
  const judge = (e) => {
    const wasm = window.WebAssembly;
    const ours = wasm && [wasm.RuntimeError, wasm.CompileError, wasm.LinkError].some((kind) => e instanceof kind);
    // A file of the page that could not be fetched; without a network that is no news.
    const lost = e instanceof TypeError && /import|wasm/i.test(e.message) && navigator.onLine;
    if (ours || lost) window.proseiaCaiu(e.message);
  };
  addEventListener('error', (e) => judge(e.error));
  addEventListener('unhandledrejection', (e) => judge(e.reason));
})();
