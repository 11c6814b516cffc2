/* Names while one types: a combobox. The form works without. */
(function () {
  'use strict';
  var box = document.querySelector('[data-suggest]');
  if (!box) return;
  var list = document.createElement('ul'), timer, asked, at, composing;
  function set(node, values) {
    for (var name in values) node.setAttribute(name, values[name]);
    return node;
  }
  set(list, { id: 'suggest', class: 'suggest', role: 'listbox', 'aria-label': box.dataset.suggestLabel });
  box.parentNode.appendChild(list);
  set(box, { role: 'combobox', 'aria-autocomplete': 'list', 'aria-controls': 'suggest' });
  show([]);

  function close() { show([]); }
  function show(items) {
    list.textContent = '';
    at = -1;
    box.removeAttribute('aria-activedescendant');
    items.forEach((item, number) => {
      var option = set(document.createElement('li'), {
        id: 'suggest-' + number, role: 'option', 'aria-selected': false, 'data-name': item.name
      });
      option.textContent = item.name;
      [item.verdict, item.matched, item.address].forEach(text => {
        option.appendChild(document.createElement('span')).textContent = text;
      });
      set(option.firstElementChild, { class: 'chip', 'data-mark': item.standing });
      list.appendChild(option);
    });
    list.hidden = !items.length;
    set(box, { 'aria-expanded': !list.hidden });
  }
  function go(step) {
    var options = list.children, size = options.length + 1;
    if (at >= 0) set(options[at], { 'aria-selected': false });
    at = (at + 1 + step + size) % size - 1;
    if (at < 0) return box.removeAttribute('aria-activedescendant');
    set(options[at], { 'aria-selected': true }).scrollIntoView({ block: 'nearest' });
    set(box, { 'aria-activedescendant': options[at].id });
  }
  function take(option) {
    box.value = option.dataset.name;
    close();
    box.form.submit();
  }
  function ask() {
    var words = asked = box.value.trim();
    if (!words) return close();
    fetch(box.dataset.suggest + '?q=' + encodeURIComponent(words)).then(answer => answer.json()).then(found => {
      if (words === asked && document.activeElement === box) show(found.items);
    }).catch(close);
  }
  function later() {
    clearTimeout(timer);
    asked = '';
    if (!composing) timer = setTimeout(ask, 180);
  }
  box.addEventListener('input', later);
  box.addEventListener('compositionstart', () => composing = true);
  box.addEventListener('compositionend', () => { composing = false; later(); });
  box.addEventListener('blur', close);
  box.addEventListener('keydown', event => {
    var key = event.key;
    if (composing || list.hidden) return;
    if (key === 'ArrowDown') go(1);
    else if (key === 'ArrowUp') go(-1);
    else if (key === 'Escape') close();
    else if (key === 'Enter' && at >= 0) take(list.children[at]);
    else return;
    event.preventDefault();
  });
  list.addEventListener('mousedown', event => event.preventDefault());
  list.addEventListener('click', event => {
    var option = event.target.closest('li');
    if (option) take(option);
  });
})();
