package bot

import (
	"strings"
	"sync"

	"sereno/bot/kb"
)

// Tally counts what people made of an article.
type Tally struct{ Solved, Refused int }

// Adjustment is what the counts say for the article, in nats within kb.MaxAdjust.
func (t Tally) Adjustment() float64 { return kb.Adjustment(t.Solved, t.Refused) }

// with is the tally with n more of the outcome: to have been sent by an agent, who
// knows, speaks for an article as to have solved it.
func (t Tally) with(o KBOutcome, n int) Tally {
	switch o {
	case KBSolved, KBSent:
		t.Solved += n
	case KBNotSolved:
		t.Refused += n
	}
	return t
}

// judged is an article for a product; all of them for "".
type judged struct{ article, product string }

// learned is what was made of articles, by product. Safe for use by several
// goroutines. The zero value knows nothing.
type learned struct {
	mu      sync.RWMutex
	counted map[int64]KBFeedback
	tallies map[judged]Tally
}

// adjust is what was learned of the article: for the product, or where that is not
// known for all products.
func (l *learned) adjust(article, product string) float64 {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.tallies[judged{article, strings.ToLower(product)}].Adjustment()
}

// take counts what was added, and no more what was undone. What is given twice
// counts once.
func (l *learned) take(all []KBFeedback) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.counted == nil {
		l.counted, l.tallies = map[int64]KBFeedback{}, map[judged]Tally{}
	}
	for _, f := range all {
		if old, ok := l.counted[f.ID]; ok {
			l.count(old, -1)
			delete(l.counted, f.ID)
		}
		if f.Undone.IsZero() {
			f = KBFeedback{ID: f.ID, Article: f.Article, Product: f.Product, Outcome: f.Outcome}
			l.count(f, 1)
			l.counted[f.ID] = f
		}
	}
}

func (l *learned) count(f KBFeedback, n int) {
	of := []judged{{f.Article, ""}}
	if p := strings.ToLower(f.Product); p != "" {
		of = append(of, judged{f.Article, p})
	}
	for _, k := range of {
		if t := l.tallies[k].with(f.Outcome, n); t == (Tally{}) {
			delete(l.tallies, k)
		} else {
			l.tallies[k] = t
		}
	}
}
