// The report pages work without this. It leaves without a way back, and does the proof of work
// while the preview is read, so that more can be sent than without.
const leave = document.querySelector('.leave');
leave?.addEventListener('click', event => {
  event.preventDefault();
  location.replace(leave.href);
});

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
