package bench

import (
	"fmt"
	"math"
	"slices"
	"time"
)

// Answer is what was found for a question: ids best first, and the confidence
// of the first; 0 when nothing was found.
type Answer struct {
	IDs        []string
	Confidence float64
}

// Finder answers the questions of one set of articles.
type Finder func(question string) Answer

// Figures of a way of finding on a set. What cannot be told, such as how well
// silence is kept where every question has an answer, is NaN.
type Figures struct {
	// Over the questions that have an answer, with all articles: the share with a
	// right one first, among the first three, the mean of 1/place of the first right one,
	// and of the gain of all right ones, among the first ten.
	R1, R3, MRR, NDCG float64
	// Over all questions where some have no answer (see Set.Silent): how well the
	// confidence tells them apart (1 perfect, 0.5 not at all), and the share of
	// right first answers among all given when 80 % of the answerable questions
	// get one.
	Silence, Precision80 float64
	// Index is what making the set findable took; Median and P99 one question. Over all articles.
	Index, Median, P99 time.Duration
	// Judged are the answers of the second measure.
	Judged []Judged
}

// Judged is an answer of which the truth is known.
type Judged struct {
	Confidence        float64
	Answerable, Right bool
}

func (f Figures) String() string {
	return fmt.Sprintf("R@1 %.3f  R@3 %.3f  MRR@10 %.3f  nDCG@10 %.3f  silence AUROC %.3f  precision at 80%% %.3f  median %v  p99 %v",
		f.R1, f.R3, f.MRR, f.NDCG, f.Silence, f.Precision80, f.Median, f.P99)
}

// Measure asks all questions of the set.
func Measure(s Set, build func(Set) (Finder, error)) (Figures, error) {
	var f Figures
	start := time.Now()
	find, err := build(s)
	if err != nil {
		return f, err
	}
	f.Index = time.Since(start)
	f.ranks(s, find)
	some := s.Silent()
	if find, err = build(some); err != nil {
		return f, err
	}
	f.judge(some, find)
	return f, nil
}

// ranks measures in which order articles come, and how long that takes.
func (f *Figures) ranks(s Set, find Finder) {
	var took []time.Duration
	n := 0.0
	for _, q := range s.Questions {
		start := time.Now()
		a := find(q.Text)
		took = append(took, time.Since(start))
		if len(q.Relevant) == 0 {
			continue
		}
		n++
		f.NDCG += gain(a.IDs, q.Relevant)
		place := place(a.IDs, q.Relevant)
		if place == 0 || place > Depth {
			continue
		}
		f.MRR += 1 / float64(place)
		if place <= 3 {
			f.R3++
		}
		if place == 1 {
			f.R1++
		}
	}
	f.R1, f.R3, f.MRR, f.NDCG = f.R1/n, f.R3/n, f.MRR/n, f.NDCG/n
	slices.Sort(took)
	f.Median, f.P99 = took[len(took)/2], took[len(took)*99/100]
}

// Depth is how many articles of an answer are looked at.
const Depth = 10

// gain is the normalized discounted cumulative gain of an answer.
func gain(ids, relevant []string) float64 {
	var got, most float64
	for i := range Depth {
		worth := 1 / math.Log2(float64(i)+2)
		if i < len(ids) && slices.Contains(relevant, ids[i]) {
			got += worth
		}
		if i < len(relevant) {
			most += worth
		}
	}
	return got / most
}

// judge measures how well the confidence tells what is answered.
func (f *Figures) judge(s Set, find Finder) {
	kept := map[string]bool{}
	for _, a := range s.Articles {
		kept[a.ID] = true
	}
	for _, q := range s.Questions {
		a := find(q.Text)
		j := Judged{Confidence: a.Confidence, Right: place(a.IDs, q.Relevant) == 1}
		for _, id := range q.Relevant {
			j.Answerable = j.Answerable || kept[id]
		}
		f.Judged = append(f.Judged, j)
	}
	f.Silence, f.Precision80 = AUROC(f.Judged), PrecisionAt(f.Judged, 0.8)
}

// place of the first relevant id, from 1; 0 when there is none.
func place(ids, relevant []string) int {
	return 1 + slices.IndexFunc(ids, func(id string) bool { return slices.Contains(relevant, id) })
}

// AUROC is the probability that an answerable question got more confidence
// than one that is not; equal confidence counts half.
func AUROC(js []Judged) float64 {
	js = slices.Clone(js)
	slices.SortFunc(js, func(a, b Judged) int { return compare(a.Confidence, b.Confidence) })
	var wins, yes, no float64
	for i := 0; i < len(js); {
		var y, n float64
		c := js[i].Confidence
		for ; i < len(js) && js[i].Confidence == c; i++ {
			if js[i].Answerable {
				y++
			} else {
				n++
			}
		}
		wins += y * (no + n/2)
		yes += y
		no += n
	}
	return wins / (yes * no)
}

// PrecisionAt lowers the threshold until the share of answerable questions
// gets an answer, and tells how many of all answers are right. NaN when no question
// can be answered.
func PrecisionAt(js []Judged, share float64) float64 {
	js = slices.Clone(js)
	slices.SortStableFunc(js, func(a, b Judged) int { return compare(b.Confidence, a.Confidence) })
	var answerable float64
	for _, j := range js {
		if j.Answerable {
			answerable++
		}
	}
	if answerable == 0 {
		return math.NaN()
	}
	var given, got, right float64
	for i, j := range js {
		if i > 0 && got >= share*answerable && js[i-1].Confidence != j.Confidence {
			break
		}
		given++
		if j.Answerable {
			got++
		}
		if j.Right {
			right++
		}
	}
	return right / given
}

// At tells what a threshold means: the share of right ones among the answers
// given (NaN when none is), and the share of answerable questions that get one.
func At(js []Judged, threshold float64) (precision, coverage float64) {
	var given, right, got, answerable float64
	for _, j := range js {
		if j.Answerable {
			answerable++
		}
		if j.Confidence < threshold {
			continue
		}
		given++
		if j.Right {
			right++
		}
		if j.Answerable {
			got++
		}
	}
	return right / given, got / answerable
}

func compare(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}
