/// A PostgreSQL type as it goes over the wire: its object id and that of its array type.
package struct PostgresType: Hashable, Sendable {
    /// Object id; fixed for built-in types, per database for others.
    package let oid: UInt32
    /// Object id of the array of this type, 0 if there is none.
    package let arrayOID: UInt32

    /// Names a type that has no constant here.
    package init(oid: UInt32, arrayOID: UInt32 = 0) {
        self.oid = oid
        self.arrayOID = arrayOID
    }
}

extension PostgresType {
    // Fixed since long before version 15: src/include/catalog/pg_type.dat
    package static let bool = PostgresType(oid: 16, arrayOID: 1000)
    package static let bytea = PostgresType(oid: 17, arrayOID: 1001)
    package static let char = PostgresType(oid: 18, arrayOID: 1002)
    package static let name = PostgresType(oid: 19, arrayOID: 1003)
    package static let int8 = PostgresType(oid: 20, arrayOID: 1016)
    package static let int2 = PostgresType(oid: 21, arrayOID: 1005)
    package static let int4 = PostgresType(oid: 23, arrayOID: 1007)
    package static let text = PostgresType(oid: 25, arrayOID: 1009)
    package static let oid = PostgresType(oid: 26, arrayOID: 1028)
    package static let json = PostgresType(oid: 114, arrayOID: 199)
    package static let xml = PostgresType(oid: 142, arrayOID: 143)
    package static let float4 = PostgresType(oid: 700, arrayOID: 1021)
    package static let float8 = PostgresType(oid: 701, arrayOID: 1022)
    package static let unknown = PostgresType(oid: 705)
    package static let bpchar = PostgresType(oid: 1042, arrayOID: 1014)
    package static let varchar = PostgresType(oid: 1043, arrayOID: 1015)
    package static let date = PostgresType(oid: 1082, arrayOID: 1182)
    package static let timestamp = PostgresType(oid: 1114, arrayOID: 1115)
    package static let timestamptz = PostgresType(oid: 1184, arrayOID: 1185)
    package static let numeric = PostgresType(oid: 1700, arrayOID: 1231)
    package static let void = PostgresType(oid: 2278)
    package static let uuid = PostgresType(oid: 2950, arrayOID: 2951)
    package static let jsonb = PostgresType(oid: 3802, arrayOID: 3807)

    /// The first object id that a database may give to types of its own (enums, domains over arrays, extensions).
    static let firstUserOID: UInt32 = 16384
}
