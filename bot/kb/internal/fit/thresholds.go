package main

import (
	"cmp"
	"slices"

	"sereno/bot/kb/bench"
	"sereno/bot/kb/internal/rank"
)

// precisions are those of which the threshold is written down.
var precisions = []float64{0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 0.98}

// thresholds tells from which confidence on so many of the first answers are
// right. Each set was asked with half of its articles and a model that had not
// learned from it, as an unknown knowledge base is; all weigh the same.
func thresholds(apart [][]bench.Judged) []rank.Threshold {
	type answer struct{ confidence, right, weight float64 }
	var all []answer
	for _, set := range apart {
		for _, j := range set {
			a := answer{confidence: j.Confidence, weight: 1 / float64(len(set))}
			if j.Right {
				a.right = a.weight
			}
			all = append(all, a)
		}
	}
	slices.SortFunc(all, func(a, b answer) int { return cmp.Compare(b.confidence, a.confidence) })
	var out []rank.Threshold
	for _, p := range precisions {
		var right, given, least float64 = 0, 0, 1
		for _, a := range all {
			right += a.right
			given += a.weight
			if right >= p*given {
				least = a.confidence
			}
		}
		out = append(out, rank.Threshold{Precision: p, Confidence: least})
	}
	return out
}
