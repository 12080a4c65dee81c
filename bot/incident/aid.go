package incident

import "time"

// Aid is what our own people are shown under the card to answer with.
type Aid struct {
	// Offers are articles, at most a few, the likeliest first; Offered is how many
	// there were in the incident's life.
	Offers  []Offer `json:",omitempty"`
	Offered int     `json:",omitempty"`
	// Similar are past incidents that resemble this one, the most similar first.
	Similar []Resembling `json:",omitempty"`
	// At is the message that shows it, Under the delivery of the card below which that
	// is, Sum what tells it from one that reads differently.
	At    Place  `json:",omitzero"`
	Under int64  `json:",omitempty"`
	Sum   string `json:",omitempty"`
}

// Offer is an article that our own people can read, and send unless it is internal.
type Offer struct {
	// N numbers the offers of one incident from 1; none is used again.
	N int
	// Article is its id; Title, Language and Passage are as they were when it was found.
	Article, Title, Language, Passage string
	Internal                          bool `json:",omitempty"`
	// Sent is the answer that carries it, 0 while none does; SentBy sent it, and
	// Version is what they sent.
	Sent    int64  `json:",omitempty"`
	SentBy  string `json:",omitempty"`
	Version int    `json:",omitempty"`
	// Outcome is what the customer said of what was sent, "" while they said nothing.
	Outcome string `json:",omitempty"`
}

// Resembling is a past incident, as it was when it was found.
type Resembling struct {
	ID, Customer string
	ResolvedAt   time.Time
	// How it was solved, in the language of the team.
	How string
}

// Offer is the one with that number; nil when there is none.
func (i *Incident) Offer(n int) *Offer {
	for k := range i.Aid.Offers {
		if i.Aid.Offers[k].N == n {
			return &i.Aid.Offers[k]
		}
	}
	return nil
}
