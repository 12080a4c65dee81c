package main

import (
	"math/rand/v2"
	"slices"

	"sereno/bot/kb/bench"
	"sereno/bot/kb/internal/plain"
	"sereno/bot/kb/internal/rank"
)

// course is what one set teaches. Each set weighs the same.
type course struct{ order, sure []rank.Lesson }

// learn fits a model to the courses.
func learn(courses []course) *rank.Model {
	var order, sure []rank.Lesson
	for _, c := range courses {
		order = append(order, c.order...)
		sure = append(sure, c.sure...)
	}
	return rank.Learn(order, sure)
}

// courses of the sets: the order is learned on questions to whole sets; the
// confidence on halves, of which about half of the questions have no answer, on
// sets that have questions without answer as they are, and on small knowledge bases, to
// which in addition people say things that are quite off their topic.
func courses(sets []bench.Set) []course {
	out := make([]course, len(sets))
	for i, s := range sets {
		// The seed is fixed so that the same sets give the same weights.
		random := rand.New(rand.NewPCG(1, uint64(i)))
		parts := []bench.Set{s.Part(bench.Even), s.Part(func(i int) bool { return !bench.Even(i) })}
		if slices.ContainsFunc(s.Questions, func(q bench.Question) bool { return len(q.Relevant) == 0 }) {
			parts = append(parts, s)
		}
		for range smallBases {
			parts = append(parts, small(sets, s, random))
		}
		out[i].order = lessons(s, random)
		for _, p := range parts {
			out[i].sure = append(out[i].sure, lessons(p, random)...)
		}
	}
	return out
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
		has := slices.ContainsFunc(q.Relevant, func(id string) bool { return in[id] })
		if has || random.Float64() < float64(smallSize)/float64(len(s.Articles)) {
			out.Questions = append(out.Questions, q)
		}
	}
	for range strangersEach {
		other := sets[random.IntN(len(sets))]
		q := other.Questions[random.IntN(len(other.Questions))]
		if other.Name != s.Name {
			q.Relevant = nil
		}
		out.Questions = append(out.Questions, q)
	}
	return out
}

// most is how many questions of one set are lessons.
const most = 1200

// lessons asks the questions of a set, or most of them. They weigh as much as
// those of another set.
func lessons(s bench.Set, random *rand.Rand) []rank.Lesson {
	c := corpus(s)
	picked := random.Perm(len(s.Questions))
	picked = picked[:min(most, len(picked))]
	var out []rank.Lesson
	for _, i := range picked {
		q := s.Questions[i]
		out = append(out, rank.Lesson{
			Hits:   c.Gather(rank.Ask{Text: q.Text}),
			Right:  func(doc int) bool { return slices.Contains(q.Relevant, s.Articles[doc].ID) },
			Weight: 600 / float64(len(picked)),
		})
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
