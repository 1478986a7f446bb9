import { randomBytes } from 'node:crypto';
import { l10n, Uri, type Webview } from 'vscode';

/** The page of a webview whose script and style are `NAME.js` and `NAME.css` in the folder; it may play `media`, which it finds as `data-media`. */
export function webviewPage(webview: Webview, folder: Uri, name: string, media?: Uri): string {
  const nonce = randomBytes(16).toString('base64');
  const place = (file: string) => webview.asWebviewUri(Uri.joinPath(folder, file)).toString();
  const mediaPolicy = media ? ` media-src ${webview.cspSource};` : '';
  const mediaPlace = media ? ` data-media="${attribute(webview.asWebviewUri(media).toString())}"` : '';
  const policy = `default-src 'none'; script-src 'nonce-${nonce}'; style-src ${webview.cspSource} 'unsafe-inline'; font-src ${webview.cspSource};${mediaPolicy}`;
  return `<!doctype html>
<html lang="${l10n.t('en')}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${place(`${name}.css`)}">
<title>Slipstream</title>
</head>
<body><main id="root"${mediaPlace}></main><script nonce="${nonce}" src="${place(`${name}.js`)}"></script></body>
</html>`;
}

/** A file may have any name. */
function attribute(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}
