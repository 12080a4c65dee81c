package mattermost

import (
	"slices"
	"sync"
)

// sentMax bounds what is remembered; the older half is forgotten then.
const sentMax = 5000

// sent remembers of our newest posts which delivery they carry and in which
// thread they are, so that a press on one need not be looked up.
type sent struct {
	mu    sync.Mutex
	posts map[string]sentPost
	order []string
}

type sentPost struct{ key, root string }

func newSent() *sent { return &sent{posts: map[string]sentPost{}} }

func (s *sent) add(post, key, root string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.posts[post]; !ok {
		s.order = append(s.order, post)
	}
	s.posts[post] = sentPost{key, root}
	if len(s.order) > sentMax {
		for _, old := range s.order[:sentMax/2] {
			delete(s.posts, old)
		}
		s.order = slices.Clone(s.order[sentMax/2:])
	}
}

func (s *sent) get(post string) (sentPost, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, ok := s.posts[post]
	return p, ok
}
