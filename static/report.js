// The report pages work without this. It leaves without a way back, says at once which files are too
// much, and does the proof of work while the preview is read, so that more can be sent than without.
const leave = document.querySelector('.leave');
leave?.addEventListener('click', event => {
  event.preventDefault();
  location.replace(leave.href);
});

for (const chosen of document.querySelectorAll('input[type=file]')) {
  const {each, count, wrong} = chosen.dataset;
  chosen.addEventListener('change', () => {
    const fits = chosen.files.length <= count && Array.from(chosen.files).every(file => file.size <= each);
    chosen.setCustomValidity(fits ? '' : wrong);
    chosen.reportValidity();
  });
}

const proof = document.querySelector('input[name=proof]');
if (proof && window.Worker && window.crypto?.subtle) {
  const send = proof.form.querySelector('button[value=send]');
  let waiting = false;
  let working = true;
  const done = solution => {
    proof.value = solution;
    working = false;
    if (waiting) send.click();
  };
  const worker = new Worker(proof.dataset.worker);
  worker.onmessage = ({data}) => done(data);
  worker.onerror = () => done('');
  worker.postMessage(proof.dataset.challenge);
  send.addEventListener('click', event => {
    if (!working) return;
    event.preventDefault();
    waiting = true;
    send.textContent = send.dataset.wait;
  });
}
