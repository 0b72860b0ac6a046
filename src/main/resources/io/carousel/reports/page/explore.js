// What answers to the pointer on a page. It reads the page's own data and asks nobody else.
(function () {
  'use strict';

  document.querySelectorAll('button[data-copy]').forEach(function (button) {
    button.addEventListener('click', function () {
      var text = button.previousElementSibling.textContent;
      var selection = window.getSelection();
      selection.removeAllRanges();
      selection.selectAllChildren(button.previousElementSibling);
      if (navigator.clipboard) { // not on pages of plain http
        navigator.clipboard.writeText(text);
      } else {
        document.execCommand('copy');
      }
      button.textContent = 'Copied';
    });
  });

  var source = document.getElementById('data');
  if (!source) {
    return;
  }
  var data = JSON.parse(source.textContent);
  var host = document.getElementById('chart');
  var what = document.getElementById('what');
  var row = document.getElementById('row');
  var rowLabel = document.getElementById('row-label');
  var rowValue = document.getElementById('row-value');
  var colours = ['#0072B2', '#D55E00', '#009E73', '#CC79A7', '#E69F00', '#56B4E9', '#000000', '#666666'];
  var dashes = [[], [8, 4], [8, 4, 2, 4], [14, 4], [2, 3], [10, 3, 4, 3], [1, 2], [5, 5]];
  var plot = null;

  function power(log) { // all values are base-10 logarithms
    return log === null || log === undefined ? '–'
      : Math.abs(log) < 4 ? Number(Math.pow(10, log).toPrecision(3)).toString()
      : Number(Math.pow(10, log - Math.floor(log)).toPrecision(3)) + 'e' + Math.floor(log);
  }

  function draw(label, lags, lines) {
    var longest = Math.max.apply(null, lags.concat(1));
    if (plot) {
      plot.destroy();
    }
    plot = new uPlot({
      width: Math.min(900, host.clientWidth || 900),
      height: 380,
      scales: {x: {time: false, range: function (u, min, max) {
        return min === max ? [0, longest] : [min, max];
      }}},
      axes: [
        {label: 'lag τ, steps'},
        {label: label, size: 80, values: function (u, ticks) { return ticks.map(power); }}
      ],
      series: [{label: 'τ'}].concat(lines.map(function (line, i) {
        return {
          label: line.name,
          stroke: colours[i % colours.length],
          dash: dashes[i % dashes.length],
          width: 2,
          points: {show: lags.length < 3},
          value: function (u, value) { return power(value); }
        };
      }))
    }, [lags].concat(lines.map(function (line) { return line.log10; })), host);
  }

  function rows(t) {
    rowValue.textContent = String(t);
    var lags = Array.from({length: t + 1}, function (_, lag) { return lag; });
    draw('‖∂L_t/∂s_{t−τ}‖, nats per unit', lags, data.rows.map(function (path) {
      return {name: path.name, log10: lags.map(function (lag) { return path.log10[t][t - lag]; })};
    }));
  }

  function show() {
    var matrix = what.value === 'rows';
    rowLabel.hidden = !matrix;
    if (matrix) {
      rows(Number(row.value));
    } else {
      var lags = data.profiles[0].log10.map(function (_, lag) { return lag; });
      data.profiles.forEach(function (line) { // of variants with windows of different lengths
        if (line.log10.length > lags.length) {
          lags = line.log10.map(function (_, lag) { return lag; });
        }
      });
      draw(data.label, lags, data.profiles.map(function (line) {
        return {name: line.name, log10: lags.map(function (lag) {
          return lag < line.log10.length ? line.log10[lag] : null;
        })};
      }));
    }
  }

  function offer(value, text) {
    var option = document.createElement('option');
    option.value = value;
    option.textContent = text;
    what.appendChild(option);
  }

  offer('profiles', data.label);
  if (data.rows) {
    offer('rows', 'one prediction: its row of the lag matrix');
    row.max = String(data.rows[0].log10.length - 1);
    row.value = row.max;
    row.addEventListener('input', show);
  }
  what.addEventListener('change', show);
  show();
})();
