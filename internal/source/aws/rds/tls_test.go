package rds

import (
	"testing"

	"github.com/stance-sec/stance/internal/estate"
)

func TestTLSRequired(t *testing.T) {
	t.Parallel()
	force := func(value string) map[string]string { return map[string]string{"rds.force_ssl": value} }
	secure := func(value string) map[string]string { return map[string]string{"require_secure_transport": value} }
	for _, c := range []struct {
		name, engine, version string
		parameters            map[string]string
		pending               bool
		want                  estate.Tri
	}{
		{"postgres forces from 15", "postgres", "15.2", nil, false, estate.Yes},
		{"postgres before 15 does not", "postgres", "14.13", nil, false, estate.No},
		{"a value beats the default", "postgres", "16.4", force("0"), false, estate.No},
		{"a value beats an old default", "postgres", "12.1", force("1"), false, estate.Yes},
		{"a value nobody knows", "postgres", "16.4", force("perhaps"), false, estate.Maybe},
		{"another engine's parameter", "postgres", "14.1", secure("1"), false, estate.No},
		{"waits for a restart", "postgres", "16.4", nil, true, estate.Maybe},
		{"a version without numbers", "postgres", "next", nil, false, estate.Maybe},
		{"no version", "postgres", "", nil, false, estate.Maybe},
		{"aurora forces from 17", "aurora-postgresql", "17.4", nil, false, estate.Yes},
		{"aurora 16 does not", "aurora-postgresql", "16.4", nil, false, estate.No},
		{"sql server does not", "sqlserver-se", "15.00.4236.7.v1", nil, false, estate.No},
		{"sql server told to", "sqlserver-se", "15.00.4236.7.v1", force("1"), false, estate.Yes},
		{"mysql does not", "mysql", "8.0.39", nil, false, estate.No},
		{"mysql told to", "mysql", "8.0.39", secure("ON"), false, estate.Yes},
		{"mysql is not asked for force_ssl", "mysql", "8.0.39", force("1"), false, estate.No},
		{"a mysql yet to come", "mysql", "9.7.0", nil, false, estate.Maybe},
		{"aurora mysql does not", "aurora-mysql", "8.0.mysql_aurora.3.08.0", nil, false, estate.No},
		{"mariadb forces from 11.8", "mariadb", "11.8.3", nil, false, estate.Yes},
		{"mariadb 11.4 does not", "mariadb", "11.4.5", nil, false, estate.No},
		{"documentdb forces", "docdb", "5.0.0", nil, false, estate.Yes},
		{"documentdb told not to", "docdb", "5.0.0", map[string]string{"tls": "disabled"}, false, estate.No},
		{"neptune always forces", "neptune", "1.2.0.0", nil, true, estate.Yes},
		{"oracle decides elsewhere", "oracle-ee", "19.0", nil, false, estate.Maybe},
	} {
		if got := tlsRequired(c.engine, c.version, c.parameters, c.pending); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}
