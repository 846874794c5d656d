package rds

import (
	"strconv"
	"strings"

	"github.com/stance-sec/stance/internal/estate"
)

// tlsRequired says whether an engine of this version with these parameters refuses plain
// connections. A parameter without a value, as in the groups that AWS makes, leaves the
// engine its default. The answer is Maybe for engines without such a parameter, for
// versions whose default is not documented, and while a change is pending.
func tlsRequired(engine, version string, parameters map[string]string, pending bool) estate.Tri {
	switch {
	case engine == "neptune":
		return estate.Yes // plain connections ended with engine version 1.0.4.0
	case pending:
		return estate.Maybe
	case engine == "docdb":
		return docDBTLS(parameters["tls"])
	case strings.Contains(engine, "postgres"), strings.Contains(engine, "sqlserver"):
		return switched(parameters["rds.force_ssl"], forcedByDefault(engine, version))
	case strings.Contains(engine, "mysql"), engine == "mariadb":
		return switched(parameters["require_secure_transport"], forcedByDefault(engine, version))
	default:
		return estate.Maybe
	}
}

// docDBTLS reads the parameter tls, which also names minimum versions, such as tls1.2+,
// and is on unless it was switched off.
func docDBTLS(value string) estate.Tri { return estate.TriOf(value != "disabled") }

// switched reads a parameter that is on or off; without a value it is what the engine
// makes of that.
func switched(value string, byDefault estate.Tri) estate.Tri {
	switch strings.ToLower(value) {
	case "1", "on", "true":
		return estate.Yes
	case "0", "off", "false":
		return estate.No
	case "":
		return byDefault
	default:
		return estate.Maybe
	}
}

// release is the first two numbers of an engine's version.
type release struct{ major, minor int }

func (r release) before(o release) bool {
	return r.major < o.major || r.major == o.major && r.minor < o.minor
}

// Defaults of RDS and Aurora, from the pages "Using SSL/TLS" of each engine's guide.
var (
	postgresForces       = release{15, 0}
	auroraPostgresForces = release{17, 0}
	mariaDBForces        = release{11, 8}
	mysqlUndocumented    = release{8, 5}
)

// forcedByDefault says whether an engine refuses plain connections when no parameter
// decides about it.
func forcedByDefault(engine, version string) estate.Tri {
	at, ok := releaseOf(version)
	switch {
	case strings.HasPrefix(engine, "sqlserver"):
		return estate.No
	case !ok:
		return estate.Maybe
	case engine == "postgres":
		return estate.TriOf(!at.before(postgresForces))
	case engine == "aurora-postgresql":
		return estate.TriOf(!at.before(auroraPostgresForces))
	case engine == "mariadb":
		return estate.TriOf(!at.before(mariaDBForces))
	case strings.HasSuffix(engine, "mysql") && at.before(mysqlUndocumented):
		return estate.No
	default:
		return estate.Maybe
	}
}

// releaseOf reads a version such as 16.4, 8.0.mysql_aurora.3.08.0 or 5.6.10a.
func releaseOf(version string) (release, bool) {
	first, rest, _ := strings.Cut(version, ".")
	major, err := strconv.Atoi(first)
	if err != nil {
		return release{}, false
	}
	second, _, _ := strings.Cut(rest, ".")
	minor, err := strconv.Atoi(second)
	return release{major, minor}, err == nil || rest == ""
}
