package config

// named holds the things of one kind under their names, in the order of the
// document. All names are known before anything refers to them, also those of
// things with mistakes of their own: one mistake gives one message.
type named[T any] struct {
	kind msg // "a contract"
	// read: the document has the section. Where it has none, that is said once
	// and not at each reference.
	read  bool
	order []string
	items map[string]*T
}

// entriesOf reads the section's names; make gives the entry's value.
func entriesOf[T any](section value, kind msg, make func(value) *T) named[T] {
	n := named[T]{kind: kind, read: section.present(), items: map[string]*T{}}
	for _, e := range section.entries() {
		if e.r.full {
			break // nothing more is told
		}
		n.order = append(n.order, e.name())
		n.items[e.name()] = make(e)
	}
	return n
}

// all lists the entries in order.
func (n *named[T]) all() []*T {
	out := make([]*T, len(n.order))
	for i, name := range n.order {
		out[i] = n.items[name]
	}
	return out
}

// find follows a reference; nil when the document has no such thing, which is
// reported at the reference.
func (n *named[T]) find(v value) *T {
	name, ok := v.plain()
	if !ok {
		return nil
	}
	if x := n.items[name]; x != nil {
		return x
	}
	if n.read {
		v.wrong(say(noSuch, "name", quoted(name), "kind", n.kind), alternatives(name, n.order))
	}
	return nil
}
