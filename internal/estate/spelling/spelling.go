// Package spelling finds the word that was meant when another was written.
package spelling

import (
	"strings"
)

// longest is the longest word, in bytes, that may be meant for another.
const longest = 100

// Distance is how many bytes must be added, dropped or changed to get from a to b.
func Distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

// Nearest returns the first of the words that is the fewest changes away: at most two,
// and fewer than the word has letters. It is empty when none is.
func Nearest(word string, known []string) string {
	best, fewest := "", min(3, len(word))
	if len(word) > longest {
		return ""
	}
	for _, k := range known {
		if d := Distance(word, k); d < fewest {
			best, fewest = k, d
		}
	}
	return best
}

// Suggestion names up to three known words, in their order, that hold the word, stand in
// it, or are at most two changes away, as the end of a message; empty when none is.
func Suggestion(word string, known []string) string {
	if len(word) > longest {
		return ""
	}
	var near []string
	for _, k := range known {
		if strings.Contains(k, word) || strings.Contains(word, k) || Distance(k, word) <= 2 {
			near = append(near, k)
		}
	}
	if len(near) == 0 {
		return ""
	}
	return "; did you mean " + strings.Join(near[:min(3, len(near))], ", ") + "?"
}
