/**
 * Runs in the Markdown preview of VS Code: in minutes and transcripts, which name their recording in their first lines, the times
 * become buttons that play it from there, in a player at the lower edge, and tasks get a box. Every other page stays as it is.
 */
import { findTimes, hasAudioName } from '../../src/shared/recordingTimes.ts';
import './style.css';

/** This page has no messages of the extension. */
const words = /^zh/i.test(navigator.language)
  ? { cannotPlay: '這個編輯器無法播放這種聲音，或者檔案已經不在了。', open: '待辦', done: '已完成' }
  : {
      cannotPlay: 'This editor cannot play this kind of sound, or the file is not there any more.',
      open: 'To do',
      done: 'Done',
    };

let audio: HTMLAudioElement | undefined;

/** The address of the recording that the page is about; nothing for a page that is no minutes. */
function recordingOf(page: Element): string | undefined {
  const line = page.querySelector('p > em');
  const link = line?.querySelector('a');
  const name = link?.getAttribute('data-href') ?? link?.getAttribute('href') ?? '';
  const isBeside = !/^[a-z][a-z\d+.-]*:|[\\/]/i.test(name) && hasAudioName(name);
  return line?.textContent.startsWith('Recording: ') && isBeside ? link?.href : undefined;
}

function play(recording: string, seconds: number): void {
  if (audio?.src !== recording) {
    document.querySelector('.slipstream-player')?.remove();
    audio = document.createElement('audio');
    audio.controls = true;
    audio.src = recording;
    const bar = document.createElement('div');
    bar.className = 'slipstream-player';
    bar.append(audio);
    audio.addEventListener('error', () => bar.replaceChildren(words.cannotPlay));
    document.body.append(bar);
  }
  audio.currentTime = seconds;
  audio.play().catch(() => {
    // What cannot be played says so by its event; the place is set all the same.
  });
}

/** Makes buttons of the times that the preview has drawn as text. */
function makeButtons(): void {
  const page = document.querySelector('.markdown-body');
  const recording = page && recordingOf(page);
  if (!recording) return;
  drawTasks(page);
  const texts: Text[] = [];
  const walker = document.createTreeWalker(page, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) texts.push(walker.currentNode as Text);
  for (const text of texts) {
    if (text.parentElement?.closest('button, a, code')) continue;
    // From the last to the first, so that the places before stay right.
    for (const { start, text: time, seconds } of findTimes(text.data).reverse()) {
      const end = start + time.length;
      const opening = text.data[start - 1] === '[' ? '[' : '';
      const closing = /^[\],]/.exec(text.data.slice(end))?.[0] ?? '';
      const place = text.splitText(start - opening.length);
      place.splitText(opening.length + time.length + closing.length);
      const button = document.createElement('button');
      button.className = 'slipstream-time';
      button.textContent = time;
      button.title = `▶ ${time}`;
      button.addEventListener('click', () => play(recording, seconds));
      // The preview takes a double click for the wish to edit.
      button.addEventListener('dblclick', (event) => event.stopPropagation());
      // A bracket alone on a line looks like a mistake.
      const whole = document.createElement('span');
      whole.className = 'slipstream-place';
      whole.append(opening, button, closing);
      place.replaceWith(whole);
    }
  }
}

/** The preview of VS Code shows the tasks of a list as brackets. */
function drawTasks(page: Element): void {
  for (const item of page.querySelectorAll('li')) {
    const text = (item.querySelector(':scope > p:first-child') ?? item).firstChild;
    const brackets = text instanceof Text ? /^\[([ xX])\]\s+/.exec(text.data) : null;
    if (!(text instanceof Text) || !brackets) continue;
    const box = document.createElement('input');
    box.type = 'checkbox';
    box.disabled = true;
    box.checked = brackets[1] !== ' ';
    box.ariaLabel = box.checked ? words.done : words.open;
    text.deleteData(0, brackets[0].length);
    text.before(box);
    item.classList.add('slipstream-task');
  }
}

// The preview draws its page after this script has run, and anew while the minutes are written; what is a button stays one.
new MutationObserver(makeButtons).observe(document.documentElement, {
  childList: true,
  subtree: true,
  characterData: true,
});
makeButtons();
