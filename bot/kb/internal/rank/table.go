package rank

// pageSize is how many terms' postings are copied when those of one of them change.
const pageSize = 64

// table holds the postings of each term, in the order of the documents. It does not
// change: a change makes another, which shares all pages that are as they were.
type table struct {
	pages []*[pageSize][]posting
	terms int
}

// of is the postings of a term that the table knows.
func (t *table) of(id int32) []posting { return t.pages[id/pageSize][id%pageSize] }

// draft is the next table while it is written.
type draft struct {
	table
	own map[int32]bool // pages that nobody else has
}

// grown begins the next table, for as many terms.
func (t *table) grown(terms int) *draft {
	d := &draft{table{make([]*[pageSize][]posting, (terms+pageSize-1)/pageSize), terms}, map[int32]bool{}}
	copy(d.pages, t.pages)
	for i := len(t.pages); i < len(d.pages); i++ {
		d.pages[i], d.own[int32(i)] = new([pageSize][]posting), true
	}
	return d
}

func (d *draft) set(id int32, ps []posting) {
	n := id / pageSize
	if !d.own[n] {
		page := *d.pages[n]
		d.pages[n], d.own[n] = &page, true
	}
	d.pages[n][id%pageSize] = ps
}
