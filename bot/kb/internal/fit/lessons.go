package main

import (
	"math/rand/v2"

	"sereno/bot/kb/bench"
	"sereno/bot/kb/internal/plain"
	"sereno/bot/kb/internal/rank"
)

// learn fits a model: the order on questions to whole sets, the confidence on
// halves, of which about half of the questions have no answer, and on small
// knowledge bases, to which in addition people say things that are quite off
// their topic. Each set weighs the same.
func learn(sets []bench.Set) *rank.Model {
	m := rank.NewModel()
	var order []rank.Lesson
	for _, s := range sets {
		order = append(order, lessons(m, s)...)
	}
	m.LearnOrder(order)

	// The seed is fixed so that the same sets give the same weights.
	random := rand.New(rand.NewPCG(1, 2))
	var sure []rank.Lesson
	for _, s := range sets {
		sure = append(sure, lessons(m, s.Part(bench.Even))...)
		sure = append(sure, lessons(m, s.Part(func(i int) bool { return !bench.Even(i) }))...)
		for range smallBases {
			sure = append(sure, lessons(m, small(sets, s, random))...)
		}
	}
	m.LearnSure(sure)
	return m
}

// Small knowledge bases drawn from each set, their size in articles, and the
// questions from anywhere that each gets in addition.
const (
	smallBases    = 6
	smallSize     = 12
	strangersEach = 30
)

func small(sets []bench.Set, s bench.Set, random *rand.Rand) bench.Set {
	picked := map[int]bool{}
	in := map[string]bool{}
	for _, i := range random.Perm(len(s.Articles))[:min(smallSize, len(s.Articles))] {
		picked[i] = true
		in[s.Articles[i].ID] = true
	}
	out := s.Part(func(i int) bool { return picked[i] })
	out.Questions = nil
	for _, q := range s.Questions {
		if in[q.Relevant[0]] || random.Float64() < float64(smallSize)/float64(len(s.Articles)) {
			out.Questions = append(out.Questions, q)
		}
	}
	for range strangersEach {
		other := sets[random.IntN(len(sets))]
		q := other.Questions[random.IntN(len(other.Questions))]
		if other.Name != s.Name {
			q.Relevant = []string{""}
		}
		out.Questions = append(out.Questions, q)
	}
	return out
}

// lessons asks all questions of a set; together they weigh 1.
func lessons(m *rank.Model, s bench.Set) []rank.Lesson {
	c := corpus(s)
	var out []rank.Lesson
	for _, q := range s.Questions {
		l := rank.Lesson{Hits: c.Rank(m, rank.Ask{Text: q.Text}), Right: -1, Weight: 1 / float64(len(s.Questions))}
		for i, h := range l.Hits {
			if s.Articles[h.Doc].ID == q.Relevant[0] {
				l.Right = i
			}
		}
		out = append(out, l)
	}
	return out
}

func corpus(s bench.Set) *rank.Corpus {
	docs := make([]rank.Doc, len(s.Articles))
	for i, a := range s.Articles {
		docs[i].Title = a.Title
		for _, x := range plain.Sentences(a.Text) {
			docs[i].Sentences = append(docs[i].Sentences, x.Text)
		}
	}
	return rank.NewCorpus(s.Language, nil).With(nil, docs, nil)
}
