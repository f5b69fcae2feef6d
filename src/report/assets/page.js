(() => {
  const root = document.documentElement;
  const by = (id) => document.getElementById(id);
  by('theme')?.addEventListener('click', () => {
    const dark = root.dataset.theme ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
    root.dataset.theme = dark ? 'light' : 'dark';
  });

  const table = by('rules');
  table?.querySelectorAll('th').forEach((head, column) => head.querySelector('button').addEventListener('click', () => {
    const down = head.getAttribute('aria-sort') === 'descending' ? 1 : -1;
    table.querySelectorAll('th').forEach((other) => other.setAttribute('aria-sort', 'none'));
    head.setAttribute('aria-sort', down === 1 ? 'ascending' : 'descending');
    const value = (row) => {
      const cell = row.cells[column];
      const text = cell.dataset.v ?? (cell.querySelector('summary') ?? cell).textContent.trim();
      return isNaN(text) ? text : Number(text);
    };
    const rows = [...table.tBodies[0].rows];
    rows.sort((a, b) => (value(a) < value(b) ? -1 : value(a) > value(b) ? 1 : 0) * down);
    table.tBodies[0].append(...rows);
  }));

  const filters = by('filters');
  if (!filters) return;
  const articles = [...document.querySelectorAll('#statements article')];
  const texts = new Map();
  const text = (article) => texts.get(article) ?? texts.set(article, article.textContent.toLowerCase()).get(article);
  const apply = () => {
    const [q, status, kept, rule] = ['q', 'status', 'kept', 'rule'].map((id) => by(id).value);
    const words = q.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const article of articles) {
      const { status: s, kept: k, rules: r } = article.dataset;
      const fits = (!status || s === status) && (!kept || k === kept) && (!rule || r.split(' ').includes(rule))
        && words.every((word) => text(article).includes(word));
      article.hidden = !fits;
      count += fits;
    }
    by('count').textContent = `${count} of ${articles.length} statements`;
  };
  filters.addEventListener('input', apply);
  filters.addEventListener('submit', (event) => event.preventDefault());
  filters.addEventListener('reset', () => setTimeout(apply));
  const choose = (id, value) => {
    filters.reset();
    by(id).value = value;
    apply();
    filters.scrollIntoView({ behavior: 'smooth' });
  };
  document.querySelectorAll('[data-rule]').forEach((button) => button.addEventListener('click', () => choose('rule', button.dataset.rule)));
  document.querySelectorAll('.key').forEach((button) => button.addEventListener('click', () => choose('status', button.dataset.status)));
  // A link to a statement opens it, whatever the filters hide.
  const open = () => {
    const article = by(location.hash.slice(1));
    if (article?.tagName !== "ARTICLE") return;
    filters.reset();
    setTimeout(() => { apply(); article.querySelector('details').open = true; article.scrollIntoView(); });
  };
  addEventListener('hashchange', open);
  open();
})();
