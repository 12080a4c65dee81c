package config

import "strings"

// nearest finds the name that was probably meant: the one that differs by the
// fewest letters, or that begins like it. It answers "" when none is near.
func nearest(wrong string, names []string) string {
	const longest = 64 // nobody mistypes more; keeps a hostile document cheap
	if len(wrong) == 0 || len(wrong) > longest {
		return ""
	}
	low := strings.ToLower(wrong)
	best, bestAt := "", len([]rune(low))/3+1
	for _, name := range names {
		if d := distance(low, strings.ToLower(name)); d <= bestAt && (best == "" || d < bestAt) {
			best, bestAt = name, d
		}
	}
	if best != "" {
		return best
	}
	longestStart := max(len(low)/2, 3) // half of the word is no accident
	for _, name := range names {
		n := strings.ToLower(name)
		if start := commonStart(low, n); start >= longestStart || start == len(n) && start > 1 {
			best, longestStart = name, max(start, longestStart)+1
		}
	}
	return best
}

// commonStart is how many bytes both begin with.
func commonStart(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

// distance counts the letters to add, drop, change or swap with their
// neighbour to make b of a.
func distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	before, last, row := make([]int, len(y)+1), make([]int, len(y)+1), make([]int, len(y)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(x); i++ {
		row[0] = i
		for j := 1; j <= len(y); j++ {
			change := last[j-1]
			if x[i-1] != y[j-1] {
				change++
			}
			row[j] = min(change, last[j]+1, row[j-1]+1)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(y)]
}
