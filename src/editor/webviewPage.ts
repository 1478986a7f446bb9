import { randomBytes } from 'node:crypto';
import { l10n, Uri, type Webview } from 'vscode';

/** The page of a webview whose script and style are `NAME.js` and `NAME.css` in the folder. */
export function webviewPage(webview: Webview, folder: Uri, name: string): string {
  const nonce = randomBytes(16).toString('base64');
  const place = (file: string) => webview.asWebviewUri(Uri.joinPath(folder, file)).toString();
  const policy = `default-src 'none'; script-src 'nonce-${nonce}'; style-src ${webview.cspSource} 'unsafe-inline'; font-src ${webview.cspSource};`;
  return `<!doctype html>
<html lang="${l10n.t('en')}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${place(`${name}.css`)}">
<title>Slipstream</title>
</head>
<body><main id="root"></main><script nonce="${nonce}" src="${place(`${name}.js`)}"></script></body>
</html>`;
}
