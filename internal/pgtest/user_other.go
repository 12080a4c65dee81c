//go:build !unix

package pgtest

import "syscall"

// user is who the server runs as: who runs the tests.
type user struct{}

func owner(string) (user, error) { return user{}, nil }

func (user) attributes() *syscall.SysProcAttr { return nil }
