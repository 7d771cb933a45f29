package io.github.sentryinsights.benchmarks;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;

/**
 * A table in Markdown whose columns are aligned.
 */
final class MarkdownTable {

	private static final String NONE = "";

	private final int textColumns;

	private final List<List<String>> rows = new ArrayList<>();

	/**
	 * Create a table without rows.
	 * @param textColumns the number of columns that hold text; those after them hold
	 * numbers
	 * @param header the names of the columns
	 */
	MarkdownTable(int textColumns, List<String> header) {
		this.textColumns = textColumns;
		this.rows.add(header);
	}

	void add(List<String> row) {
		this.rows.add(row);
	}

	/**
	 * Write a number.
	 * @param value the number
	 * @param decimals the number of decimals
	 * @return the text, empty when it is not known
	 */
	static String number(double value, int decimals) {
		if (Double.isNaN(value)) {
			return NONE;
		}
		return BigDecimal.valueOf(value).setScale(decimals, RoundingMode.HALF_UP).toPlainString();
	}

	/**
	 * Write how often a number holds another.
	 * @param value the number
	 * @param reference the other
	 * @return the text, empty when the other is too small
	 */
	static String ratio(double value, double reference) {
		return (reference >= 1) ? number(value / reference, 2) + "x" : NONE;
	}

	@Override
	public String toString() {
		StringBuilder table = new StringBuilder();
		int[] widths = widths();
		for (int i = 0; i < this.rows.size(); i++) {
			append(table, this.rows.get(i), widths);
			if (i == 0) {
				append(table, rule(widths), widths);
			}
		}
		return table.toString();
	}

	private int[] widths() {
		int[] widths = new int[this.rows.get(0).size()];
		for (List<String> row : this.rows) {
			for (int i = 0; i < widths.length; i++) {
				widths[i] = Math.max(widths[i], row.get(i).length());
			}
		}
		return widths;
	}

	private List<String> rule(int[] widths) {
		List<String> rule = new ArrayList<>();
		for (int i = 0; i < widths.length; i++) {
			rule.add(isText(i) ? "-".repeat(widths[i]) : "-".repeat(widths[i] - 1) + ":");
		}
		return rule;
	}

	private void append(StringBuilder table, List<String> cells, int[] widths) {
		for (int i = 0; i < widths.length; i++) {
			String padding = " ".repeat(widths[i] - cells.get(i).length());
			table.append("| ").append(isText(i) ? cells.get(i) + padding : padding + cells.get(i)).append(' ');
		}
		table.append("|\n");
	}

	private boolean isText(int column) {
		return column < this.textColumns;
	}

}
