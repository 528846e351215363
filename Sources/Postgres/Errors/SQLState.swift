/// A five-character SQLSTATE, PostgreSQL's stable name for what went wrong.
///
/// Match on these and on constraint names, never on message text: messages are translated and change between versions.
package struct SQLState: RawRepresentable, Hashable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
    /// The five characters as the server sent them.
    package let rawValue: String

    /// Takes any text: the server may send codes that its documentation does not list.
    package init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// Names a code that has no constant here, such as one raised by a function of ours.
    package init(stringLiteral value: String) {
        self.rawValue = value
    }

    /// The first two characters: the class, such as `23` for every broken integrity constraint.
    package var errorClass: Substring {
        rawValue.prefix(2)
    }

    /// The code itself.
    package var description: String {
        rawValue
    }
}

extension SQLState {
    // Class 0A and 08: what the server cannot do, and lost connections
    package static let featureNotSupported: SQLState = "0A000"
    package static let connectionException: SQLState = "08000"
    package static let protocolViolation: SQLState = "08P01"

    // Class 22: the value does not fit; the message may repeat the value
    package static let stringDataRightTruncation: SQLState = "22001"
    package static let numericValueOutOfRange: SQLState = "22003"
    package static let datetimeFieldOverflow: SQLState = "22008"
    package static let divisionByZero: SQLState = "22012"
    package static let characterNotInRepertoire: SQLState = "22021"
    package static let invalidParameterValue: SQLState = "22023"
    package static let untranslatableCharacter: SQLState = "22P05"
    package static let invalidTextRepresentation: SQLState = "22P02"
    package static let invalidBinaryRepresentation: SQLState = "22P03"

    // Class 23: integrity constraints
    package static let integrityConstraintViolation: SQLState = "23000"
    package static let restrictViolation: SQLState = "23001"
    package static let notNullViolation: SQLState = "23502"
    package static let foreignKeyViolation: SQLState = "23503"
    package static let uniqueViolation: SQLState = "23505"
    package static let checkViolation: SQLState = "23514"
    package static let exclusionViolation: SQLState = "23P01"

    // Class 25 and 26: transactions and statements
    package static let activeTransaction: SQLState = "25001"
    package static let readOnlyTransaction: SQLState = "25006"
    package static let inFailedTransaction: SQLState = "25P02"
    package static let idleInTransactionTimeout: SQLState = "25P03"
    package static let invalidStatementName: SQLState = "26000"

    // Class 28 and 3D: who may connect to what
    package static let invalidAuthorization: SQLState = "28000"
    package static let invalidPassword: SQLState = "28P01"
    package static let undefinedDatabase: SQLState = "3D000"

    // Class 40: the transaction lost a race and may be run again
    package static let transactionRollback: SQLState = "40000"
    package static let serializationFailure: SQLState = "40001"
    package static let deadlockDetected: SQLState = "40P01"

    // Class 42: the statement is wrong or not allowed
    package static let insufficientPrivilege: SQLState = "42501"
    package static let syntaxError: SQLState = "42601"
    package static let undefinedColumn: SQLState = "42703"
    package static let datatypeMismatch: SQLState = "42804"
    package static let undefinedFunction: SQLState = "42883"
    package static let undefinedTable: SQLState = "42P01"
    package static let undefinedParameter: SQLState = "42P02"
    package static let duplicateDatabase: SQLState = "42P04"
    package static let duplicateSchema: SQLState = "42P06"
    package static let duplicateTable: SQLState = "42P07"
    package static let duplicateObject: SQLState = "42710"
    package static let undefinedObject: SQLState = "42704"
    package static let undefinedSchema: SQLState = "3F000"

    // Class 53 to 58: resources, the operator, the machine
    package static let insufficientResources: SQLState = "53000"
    package static let diskFull: SQLState = "53100"
    package static let tooManyConnections: SQLState = "53300"
    package static let objectInUse: SQLState = "55006"
    package static let lockNotAvailable: SQLState = "55P03"
    package static let queryCancelled: SQLState = "57014"
    package static let adminShutdown: SQLState = "57P01"
    package static let crashShutdown: SQLState = "57P02"
    package static let cannotConnectNow: SQLState = "57P03"

    // Class P0 and XX: raised by functions, and internal errors
    package static let raiseException: SQLState = "P0001"
    package static let internalError: SQLState = "XX000"
}
