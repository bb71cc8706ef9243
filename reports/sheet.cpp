// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Wrapping and alignment by terminal columns, not bytes.
#include "reports/sheet.hpp"

#include <algorithm>
#include <utility>

#include "reports/utf8.hpp"

namespace rope::reports {
namespace {

// A table's last column is wrapped down to this width; narrower, and it goes below the others.
constexpr int least_last_column = 14;
constexpr int below_indent = 4;

const char* escape(Style style) {
  switch (style) {
    case Style::plain:
      return "";
    case Style::strong:
      return "\x1b[1m";
    case Style::faint:
      return "\x1b[2m";
    case Style::good:
      return "\x1b[1;32m";
    case Style::doubtful:
      return "\x1b[1;33m";
    case Style::bad:
      return "\x1b[1;31m";
  }
  return "";
}

std::string spaces(int count) {
  return std::string(static_cast<std::size_t>(std::max(count, 0)), ' ');
}

/// Adds to the last span where the style is the same.
void append(Spans& line, std::string_view text, Style style) {
  if (!line.empty() && line.back().style == style) {
    line.back().text += text;
  } else {
    line.push_back({std::string(text), style});
  }
}

/// Arguments of a command line: split at spaces outside quotes.
std::vector<std::string> arguments(std::string_view text) {
  std::vector<std::string> words(1);
  char quote = 0;
  bool escaped = false;
  for (const char c : text) {
    if (quote == 0 && !escaped && c == ' ') {
      if (!words.back().empty()) words.emplace_back();
      continue;
    }
    if (!escaped && (c == '\'' || c == '"') && (quote == 0 || quote == c)) quote = quote == 0 ? c : 0;
    escaped = !escaped && c == '\\' && quote != '\'';
    words.back() += c;
  }
  if (words.back().empty()) words.pop_back();
  return words;
}

}  // namespace

std::vector<Spans> wrap(const Spans& spans, int width) {
  width = std::max(width, 1);
  std::vector<Spans> lines(1);
  int used = 0;
  bool space_before = false;
  const auto place = [&](std::string_view word, Style style) {
    int needed = reports::columns_of(word);
    if (used > 0 && used + (space_before ? 1 : 0) + needed > width) {
      lines.emplace_back();
      used = 0;
    } else if (used > 0 && space_before) {
      append(lines.back(), " ", style);
      ++used;
    }
    while (needed > width) {
      const std::size_t bytes = prefix_that_fits(word, width);
      append(lines.back(), word.substr(0, bytes), style);
      word.remove_prefix(bytes);
      needed = reports::columns_of(word);
      if (word.empty()) break;
      lines.emplace_back();
    }
    append(lines.back(), word, style);
    used += needed;
    space_before = false;
  };
  for (const Span& span : spans) {
    std::string_view rest = span.text;
    while (!rest.empty()) {
      if (rest.front() == ' ') {
        space_before = true;
        rest.remove_prefix(1);
        continue;
      }
      const std::size_t length = std::min(rest.find(' '), rest.size());
      place(rest.substr(0, length), span.style);
      rest.remove_prefix(length);
    }
  }
  return lines;
}

Sheet::Sheet(int columns, bool colour) : columns_(std::max(columns, 60)), colour_(colour) {}

void Sheet::blank() {
  text_ += '\n';
}

void Sheet::rule(Style style) {
  put({{std::string(static_cast<std::size_t>(columns_), '='), style}});
}

void Sheet::ends(const Span& left, const Span& right) {
  const int between = columns_ - reports::columns_of(left.text) - reports::columns_of(right.text);
  if (between < 2) {
    plain({left});
    plain({right});
  } else {
    put({left, {spaces(between), Style::plain}, right});
  }
}

void Sheet::plain(const Spans& spans) {
  for (const Spans& line : wrap(spans, columns_)) put(line);
}

void Sheet::put(const Spans& line) {
  std::string out;
  std::size_t kept = 0;  // length up to the last visible character, so that nothing blank trails
  for (const Span& span : line) {
    const std::size_t visible = span.text.find_last_not_of(' ');
    const bool styled = colour_ && span.style != Style::plain;
    if (styled) out += escape(span.style);
    const std::size_t start = out.size();
    out += span.text;
    if (visible != std::string::npos) kept = start + visible + 1;
    if (styled) {
      if (visible != std::string::npos) {
        out.resize(kept);
        out += "\x1b[0m";
        kept = out.size();
        out += span.text.substr(visible + 1);
      } else {
        out += "\x1b[0m";
      }
    }
  }
  out.resize(kept);
  text_ += out;
  text_ += '\n';
}

void Sheet::put_labelled(std::string_view label, int indent, std::vector<Spans> lines) {
  bool first = true;
  for (Spans& line : lines) {
    const std::string shown(first ? label : std::string_view());
    Spans whole{{shown, Style::strong}, {spaces(indent - reports::columns_of(shown)), Style::plain}};
    whole.insert(whole.end(), std::make_move_iterator(line.begin()), std::make_move_iterator(line.end()));
    put(whole);
    first = false;
  }
}

void Sheet::paragraph(std::string_view label, const Spans& spans) {
  put_labelled(label, label_columns, wrap(spans, columns_ - label_columns));
}

void Sheet::table(std::string_view label, const std::vector<Spans>& rows) {
  std::vector<int> widths;
  for (const Spans& row : rows) {
    for (std::size_t i = 0; i + 1 < row.size(); ++i) {
      if (widths.size() <= i) widths.resize(i + 1);
      widths[i] = std::max(widths[i], reports::columns_of(row[i].text) + 2);
    }
  }
  std::vector<Spans> lines;
  for (const Spans& row : rows) {
    if (row.empty()) continue;
    Spans front;
    int indent = 0;
    for (std::size_t i = 0; i + 1 < row.size(); ++i) {
      front.push_back(row[i]);
      front.push_back({spaces(widths[i] - reports::columns_of(row[i].text)), Style::plain});
      indent += widths[i];
    }
    if (columns_ - label_columns - indent < least_last_column) {
      if (indent - 2 <= columns_ - label_columns) {
        lines.push_back(front);
      } else {
        for (Spans& line : wrap(front, columns_ - label_columns)) lines.push_back(std::move(line));
      }
      front.clear();
      indent = below_indent;
      front.push_back({spaces(indent), Style::plain});
    }
    for (const Spans& wrapped : wrap({row.back()}, columns_ - label_columns - indent)) {
      Spans line = front;
      line.insert(line.end(), wrapped.begin(), wrapped.end());
      lines.push_back(std::move(line));
      front = {{spaces(indent), Style::plain}};
    }
  }
  put_labelled(label, label_columns, std::move(lines));
}

void Sheet::command(std::string_view label, std::string_view text) {
  const int width = columns_ - label_columns;
  std::vector<Spans> lines(1);
  int used = 0;
  for (const std::string& word : arguments(text)) {
    const int needed = reports::columns_of(word);
    // Two columns are kept for the " \\" that a broken line ends with.
    if (used > 0 && used + 1 + needed + 2 > width) {
      append(lines.back(), " \\", Style::plain);
      lines.emplace_back();
      append(lines.back(), "  ", Style::plain);
      used = 2;
    } else if (used > 0) {
      append(lines.back(), " ", Style::plain);
      ++used;
    }
    append(lines.back(), word, Style::plain);
    used += needed;
  }
  put_labelled(label, label_columns, lines);
}

}  // namespace rope::reports
