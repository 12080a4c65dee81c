package bot

import "time"

// engaged is who is asked for words and for vectors now; nil for nobody.
type engaged struct {
	assistant Assistant
	embedder  Embedder
	// within is how long a question waits for its vector.
	within time.Duration
	// questions have vectors of that embedder's model.
	questions questions
}

// Engage puts another assistant and another source of vectors in the place of those
// before, nil for none; within is how long a question waits for its vector, 0 for the
// usual. What was asked already is still answered by who was asked, and an answer that
// comes later counts. Vectors of another model are asked for anew, a few at a time.
func (b *Bot) Engage(a Assistant, e Embedder, within time.Duration) {
	if within <= 0 {
		within = embedWithin
	}
	b.engaged.Store(&engaged{assistant: a, embedder: e, within: within})
	b.jobs.raise()
}
