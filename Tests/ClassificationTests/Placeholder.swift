import Classification
import Testing
