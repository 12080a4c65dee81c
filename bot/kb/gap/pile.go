package gap

import (
	"cmp"
	"container/heap"
	"maps"
	"math"
	"slices"
)

const (
	// maxAnchors bounds the words by which one question is brought together with others.
	maxAnchors = 8
	// leastShare is how much of what a question's anchors tell must be told by the words
	// that bring it into a group: two words of a long letter say little about it.
	leastShare = 0.25
	// joinShare is how much of a question a group's label must tell for it to join.
	joinShare = 0.5
	// maxLabel bounds the words of a label.
	maxLabel = 4
)

// pile is the questions of one language.
type pile struct {
	items []*item
	held  map[string]int // how many hold a word
	count int            // of groups
}

func (p *pile) add(it *item) {
	if p.held == nil {
		p.held = map[string]int{}
	}
	p.items = append(p.items, it)
	for key := range it.words {
		p.held[key]++
	}
}

// info is what a word tells: the more, the fewer hold it.
func (p *pile) info(key string) float64 {
	return math.Log1p(float64(len(p.items)) / float64(p.held[key]))
}

// seed is what brings questions together: two words, or a code (then b is "").
type seed struct{ a, b string }

// candidate is a seed with those that hold it and are in no group yet.
type candidate struct {
	seed
	items []*item
	info  float64
}

func (c *candidate) score() float64 { return c.info * math.Log1p(float64(len(c.items))) }

// before orders candidates: what tells more of more questions comes first.
func (c *candidate) before(o *candidate) bool {
	return cmp.Or(cmp.Compare(o.score(), c.score()), cmp.Compare(c.a, o.a), cmp.Compare(c.b, o.b)) < 0
}

// queue is a heap of candidates.
type queue []*candidate

func (q queue) Len() int           { return len(q) }
func (q queue) Less(i, j int) bool { return q[i].before(q[j]) }
func (q queue) Swap(i, j int)      { q[i], q[j] = q[j], q[i] }
func (q *queue) Push(x any)        { *q = append(*q, x.(*candidate)) }
func (q *queue) Pop() any {
	last := len(*q) - 1
	x := (*q)[last]
	*q = (*q)[:last]
	return x
}

// groups are made in three steps: by pairs of words and codes, the most telling
// first; then what is left joins a group of whose label it mostly consists; then
// what still is left stands with those of the same single word, or alone.
func (p *pile) groups() []Group {
	for _, it := range p.items {
		p.anchor(it)
	}
	seeds := map[int]seed{}
	q := p.candidates()
	heap.Init(&q)
	for q.Len() > 0 {
		c := heap.Pop(&q).(*candidate)
		free := slices.DeleteFunc(slices.Clone(c.items), func(it *item) bool { return it.group > 0 })
		switch {
		case len(free) < 2:
		case len(free) < len(c.items): // some were taken meanwhile: it tells less now
			c.items = free
			heap.Push(&q, c)
		default:
			seeds[p.begin(free...)] = c.seed
		}
	}
	p.join(seeds)
	p.rest()
	return p.labelled(seeds)
}

// anchor finds the words by which a question may be brought together with others.
func (p *pile) anchor(it *item) {
	for _, key := range p.byInfo(it.words) {
		if p.held[key] > 1 && len(it.anchors) < maxAnchors {
			it.anchors = append(it.anchors, key)
			it.weight += p.info(key)
		}
	}
}

// byInfo are the words, the most telling first.
func (p *pile) byInfo(words map[string]string) []string {
	return slices.SortedFunc(maps.Keys(words), func(a, b string) int {
		return cmp.Or(cmp.Compare(p.info(b), p.info(a)), cmp.Compare(a, b))
	})
}

// candidates are all seeds that at least two questions hold.
func (p *pile) candidates() queue {
	all := map[seed]*candidate{}
	put := func(it *item, s seed, info float64) {
		if info < leastShare*it.weight {
			return
		}
		if all[s] == nil {
			all[s] = &candidate{seed: s, info: info}
		}
		all[s].items = append(all[s].items, it)
	}
	for _, it := range p.items {
		for i, a := range it.anchors {
			if it.codes[a] { // which tells as much as two words
				put(it, seed{a: a}, 2*p.info(a))
			}
			for _, b := range it.anchors[i+1:] {
				put(it, seed{min(a, b), max(a, b)}, p.info(a)+p.info(b))
			}
		}
	}
	var q queue
	for _, c := range all {
		if len(c.items) > 1 {
			q = append(q, c)
		}
	}
	return q
}

// begin makes a group.
func (p *pile) begin(items ...*item) int {
	p.count++
	for _, it := range items {
		it.group = p.count
	}
	return p.count
}

// join lets questions into the groups that there are, as they are before any joins.
func (p *pile) join(seeds map[int]seed) {
	labels := p.labels(seeds)
	of := map[string][]int{} // groups by the words of their labels
	for n := range p.count {
		for _, key := range labels[n+1] {
			of[key] = append(of[key], n+1)
		}
	}
	joins := map[*item]int{}
	for _, it := range p.items {
		if it.group > 0 {
			continue
		}
		var all float64
		shared := map[int]float64{}
		for _, key := range p.byInfo(it.words) { // in one order: sums of floats depend on it
			all += p.info(key)
			for _, n := range of[key] {
				shared[n] += p.info(key)
			}
		}
		best := 0
		for _, n := range slices.Sorted(maps.Keys(shared)) {
			if shared[n] > shared[best] {
				best = n
			}
		}
		if best > 0 && shared[best] >= joinShare*all {
			joins[it] = best
		}
	}
	for it, n := range joins {
		it.group = n
	}
}

// rest puts those together that consist of one word, and leaves the others alone.
func (p *pile) rest() {
	of := map[string]int{}
	for _, it := range p.items {
		switch {
		case it.group > 0:
		case len(it.words) > 1:
			p.begin(it)
		default:
			for key := range it.words {
				if of[key] > 0 {
					it.group = of[key]
				} else {
					of[key] = p.begin(it)
				}
			}
		}
	}
}

// labels are the keys of each group's label: the seed's, then those that more than half of its
// members hold, the most common first.
func (p *pile) labels(seeds map[int]seed) map[int][]string {
	held, size := map[int]map[string]int{}, map[int]int{}
	for _, it := range p.items {
		if it.group == 0 {
			continue
		}
		if held[it.group] == nil {
			held[it.group] = map[string]int{}
		}
		size[it.group]++
		for key := range it.words {
			held[it.group][key]++
		}
	}
	out := map[int][]string{}
	for n, count := range held {
		keys := slices.SortedFunc(maps.Keys(count), func(a, b string) int {
			return cmp.Or(cmp.Compare(count[b], count[a]), cmp.Compare(p.info(b), p.info(a)), cmp.Compare(a, b))
		})
		s := seeds[n]
		isSeed := func(key string) bool { return key == s.a || key == s.b }
		first := slices.DeleteFunc(slices.Clone(keys), func(key string) bool { return !isSeed(key) })
		others := slices.DeleteFunc(keys, func(key string) bool { return isSeed(key) || 2*count[key] <= size[n] })
		all := append(first, others...)
		out[n] = all[:min(len(all), maxLabel)]
	}
	return out
}

// labelled are the groups as others see them.
func (p *pile) labelled(seeds map[int]seed) []Group {
	labels := p.labels(seeds)
	written := map[int]map[string]map[string]int{} // how often a word is written how
	out := make([]Group, p.count)
	for _, it := range p.items {
		n := it.group
		out[n-1].Members = append(out[n-1].Members, it.id)
		if written[n] == nil {
			written[n] = map[string]map[string]int{}
		}
		for _, key := range labels[n] {
			if word, ok := it.words[key]; ok {
				if written[n][key] == nil {
					written[n][key] = map[string]int{}
				}
				written[n][key][word]++
			}
		}
	}
	for n, keys := range labels {
		for _, key := range keys {
			out[n-1].Label = append(out[n-1].Label, mostWritten(written[n][key]))
		}
	}
	return out
}

// mostWritten is the most common of the words; of several, the first.
func mostWritten(count map[string]int) string {
	words := slices.SortedFunc(maps.Keys(count), func(a, b string) int {
		return cmp.Or(cmp.Compare(count[b], count[a]), cmp.Compare(a, b))
	})
	return words[0]
}
