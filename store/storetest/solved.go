package storetest

import (
	"context"
	"sync"

	"sereno/bot"
	"sereno/bot/incident"
)

// solvedSince are the numbers of the incidents that were marked after the revision, and up to which.
func (s *suite) solvedSince(revision int64, limit int) (out []int, newest int64) {
	s.Helper()
	s.view(func(ctx context.Context, tx bot.Tx) error {
		found, n, err := tx.SolvedSince(ctx, revision, limit)
		out, newest = numbersOf(found), n
		return err
	})
	return out, newest
}

func numbersOf(all []*incident.Incident) []int {
	out := []int{}
	for _, i := range all {
		out = append(out, i.Number)
	}
	return out
}

func (s *suite) marks(numbers ...int) {
	s.Helper()
	s.update(func(ctx context.Context, tx bot.Tx) error {
		for _, n := range numbers {
			if err := tx.MarkSolved(ctx, n); err != nil {
				return err
			}
		}
		return nil
	})
}

var solved = []promise{
	{"what was marked is listed after the revision before it, in the order of the marks, once", func(s *suite) {
		s.open(report("acme", noon), report("acme", noon), report("acme", noon), report("acme", noon))
		s.view(func(ctx context.Context, tx bot.Tx) error {
			n, err := tx.SolvedRevision(ctx)
			s.equal(n, int64(0))
			return err
		})
		got, newest := s.solvedSince(0, 10)
		s.equal(got, []int{})
		s.equal(newest, int64(0))
		s.marks(3, 1, 2)
		got, newest = s.solvedSince(0, 2)
		s.equal(got, []int{3, 1})
		got, newest = s.solvedSince(newest, 2)
		s.equal(got, []int{2})
		s.marks(3)
		got, last := s.solvedSince(newest, 10)
		s.equal(got, []int{3})
		got, _ = s.solvedSince(0, 10)
		s.equal(got, []int{1, 2, 3})
		s.view(func(ctx context.Context, tx bot.Tx) error {
			n, err := tx.SolvedRevision(ctx)
			s.equal(n, last)
			return err
		})
		got, same := s.solvedSince(last, 10)
		s.equal(got, []int{})
		s.equal(same, last)
	}},
	{"what was ever marked is listed by number, the newest first, as it is now", func(s *suite) {
		s.open(report("acme", noon), report("globex", noon), report("acme", noon))
		s.marks(1, 3)
		s.view(func(ctx context.Context, tx bot.Tx) error {
			found, err := tx.SolvedBefore(ctx, 0, 10)
			s.equal(numbersOf(found), []int{3, 1})
			if err != nil {
				return err
			}
			s.equal(found[0].Customer, "acme")
			first, err := tx.SolvedBefore(ctx, 0, 1)
			s.equal(numbersOf(first), []int{3})
			if err != nil {
				return err
			}
			next, err := tx.SolvedBefore(ctx, 3, 1)
			s.equal(numbersOf(next), []int{1})
			return err
		})
	}},
	{"of marks that several set at once none has a revision below one that was listed", func(s *suite) {
		for range 20 {
			s.open(report("acme", noon))
		}
		var all sync.WaitGroup
		for n := range 20 {
			all.Go(func() { s.marks(n + 1) })
		}
		seen, revision := map[int]bool{}, int64(0)
		look := func() {
			var got []int
			for got, revision = s.solvedSince(revision, 3); len(got) > 0; got, revision = s.solvedSince(revision, 3) {
				for _, n := range got {
					seen[n] = true
				}
			}
		}
		for range 10 {
			look()
		}
		all.Wait()
		look()
		s.equal(len(seen), 20)
	}},
}
