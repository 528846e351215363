import Demands
import EventSourcing

/// A versioned questionnaire.
package enum Survey {
    package static let streamType = "survey"
}
