// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// A sheet of text for a terminal of a given width: labels in a column of their own, text wrapped beside them, tables
// aligned, colours last, so that they never count as width.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rope::reports {

enum class Style { plain, strong, faint, good, doubtful, bad };

struct Span {
  std::string text;
  Style style = Style::plain;
};
using Spans = std::vector<Span>;

class Sheet {
 public:
  static constexpr int label_columns = 12;

  Sheet(int columns, bool colour);

  void blank();
  void rule(Style style);  ///< a line of '=' across the sheet

  /// One at the left edge, one at the right; below each other where both do not fit.
  void ends(const Span& left, const Span& right);

  /// Spans wrapped at the sheet's width, without a label.
  void plain(const Spans& spans);

  /// Spans wrapped beside the label column, the first line after `label`, the others below its text. A word too long
  /// for a line is broken.
  void paragraph(std::string_view label, const Spans& spans);

  /// Rows of cells in aligned columns beside the label. The last cell of a row is wrapped inside its column,
  /// or below the others where no room is left for it.
  void table(std::string_view label, const std::vector<Spans>& rows);

  /// A command line that can be copied: broken only between arguments and with a backslash, so an argument that is too
  /// long stands out over the edge.
  void command(std::string_view label, std::string_view text);

  int columns() const { return columns_; }
  const std::string& text() const { return text_; }

 private:
  void put(const Spans& line);
  void put_labelled(std::string_view label, int indent, std::vector<Spans> lines);

  int columns_;
  bool colour_;
  std::string text_;
};

/// The lines that `spans` make when wrapped to `width` columns; at least one.
std::vector<Spans> wrap(const Spans& spans, int width);

}  // namespace rope::reports
